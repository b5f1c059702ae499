import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { floors, uncounted } from '../../scripts/ci/coverage-floors.mjs';

test('every floor of the coverage is that of a folder of `src`, and says what is not covered', () => {
  for (const { folder, lines, hole } of floors) {
    expect(existsSync(`src/${folder}`), folder).toBe(true);
    expect(lines === 100 || hole !== '', folder).toBe(true);
  }
  for (const folder of uncounted) expect(existsSync(`src/${folder}`), folder).toBe(true);
});
