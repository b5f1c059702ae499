import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type Found, misusesIn } from '../real/support/found.ts';
import { findingsIn, preload, runPreloaded } from './support/run-preloaded.ts';

const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const folder = fileURLToPath(new URL('jest', import.meta.url));

describe.each([
  { how: 'in workers', args: ['--maxWorkers=2'] },
  { how: 'in one process', args: ['--runInBand'] },
])('Jest $how', ({ args }) => {
  test('each test file’s own copy of the driver is observed', async () => {
    const run = await runPreloaded({
      args: [],
      program: [jest, ...args],
      cwd: folder,
      env: { NODE_OPTIONS: `--import ${preload.esm}`, SESSION_GUARD_REPORT: 'json' },
    });
    expect(run.stderr).toContain('4 passed, 4 total');
    const found = findingsIn(run).map(({ rule, place }) => ({ rule, file: place?.file, line: place?.line }));
    const misuses = ['first', 'second'].flatMap(name => {
      const misuse = misusesIn(`${folder}/${name}.spec.cjs`);
      return [misuse('outside-transaction', 'forgotten session'), misuse('use-after-end', 'use after end')];
    });
    expect(found.toSorted(byFileAndRule)).toEqual(misuses);
  }, 60_000);
});

function byFileAndRule(a: Found, b: Found): number {
  return `${a.file} ${a.rule}`.localeCompare(`${b.file} ${b.rule}`);
}
