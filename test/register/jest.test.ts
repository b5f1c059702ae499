import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Found, misusesIn } from '../real/support/found.ts';
import { findingsIn, preload, programFile, type Run, runPreloaded } from './support/run-preloaded.ts';

const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));

function runJest(
  project: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Run> {
  return runPreloaded({
    args: [],
    program: [jest, ...args],
    cwd: folderOf(project),
    env: { NODE_OPTIONS: `--import ${preload.esm}`, SESSION_GUARD_EXIT: '1', ...env },
  });
}

function folderOf(project: string): string {
  return fileURLToPath(new URL(project, import.meta.url));
}

test.each([
  { how: 'in workers', args: ['--maxWorkers=2'] },
  { how: 'in one process', args: ['--runInBand'] },
])(
  'Jest $how: each test file’s own copy of the driver is observed, and the exit code is 1',
  async ({ args }) => {
    const run = await runJest('jest', args, { SESSION_GUARD_REPORT: 'json' });
    expect(run.stderr).toContain('4 passed, 4 total');
    const found = findingsIn(run).map(({ rule, place }) => ({ rule, file: place?.file, line: place?.line }));
    const misuses = ['first', 'second'].flatMap(name => {
      const misuse = misusesIn(`${folderOf('jest')}/${name}.spec.cjs`);
      return [misuse('outside-transaction', 'forgotten session'), misuse('use-after-end', 'use after end')];
    });
    expect(found.toSorted(byFileAndRule)).toEqual(misuses);
    expect(run.code).toBe(1);
  },
);

function byFileAndRule(a: Found, b: Found): number {
  return `${a.file} ${a.rule}`.localeCompare(`${b.file} ${b.rule}`);
}

test('Under `--forceExit` Jest ends with code 1 and the summary, also into a file, where its last call is `process.exit(0)`', async () => {
  const run = await runPreloaded({
    args: [],
    program: [programFile('to-file.mjs'), jest, '--runInBand', '--forceExit'],
    cwd: folderOf('jest'),
    env: { NODE_OPTIONS_BELOW: `--import ${preload.esm}`, SESSION_GUARD_EXIT: '1' },
  });
  expect(run.stderr).toContain('4 passed, 4 total');
  expect(run.stderr).toContain('session-guard: 4 findings: ');
  expect(run.code).toBe(1);
});

test('Under `--forceExit` the findings of workers that Jest has ended are in the summary', async () => {
  const run = await runJest('jest-open-handles', ['--maxWorkers=2', '--forceExit'], {});
  expect(run.stderr).toContain('2 passed, 2 total');
  expect(run.stderr).toContain(
    'session-guard: 2 findings in child processes that were ended: use-after-end (2 times).',
  );
  expect(run.code).toBe(1);
});
