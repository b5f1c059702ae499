import { expect, test } from 'vitest';
import { smallest } from '../../scripts/matrix/smallest.mjs';

/** The project `smallest` runs this file, too. */
const isSmallest = process.env['SESSION_GUARD_TEST_OLDER_COPIES'] !== undefined;

test.each(smallest)('$name is $spec in the project `smallest`, and there alone', async ({ name, alias }) => {
  const [meant, old]: readonly unknown[] = await Promise.all([import(name), import(alias)]);
  expect(meant === old).toBe(isSmallest);
});
