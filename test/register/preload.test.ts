import { describe, expect, test } from 'vitest';
import { misusesIn } from '../real/support/found.ts';
import { findingsIn, preload, programFile, runPreloaded } from './support/run-preloaded.ts';

const json = { SESSION_GUARD_REPORT: 'json' };
const loader = programFile('import-in-the-middle.mjs');

const ways: readonly {
  how: string;
  args: readonly string[];
  program: string;
  env?: Record<string, string>;
}[] = [
  { how: '`--import`, an ES module', args: ['--import', preload.esm], program: 'misuse.mjs' },
  { how: '`--import`, CommonJS', args: ['--import', preload.esm], program: 'misuse.cjs' },
  { how: '`-r`, an ES module', args: ['-r', preload.cjs], program: 'misuse.mjs' },
  { how: '`-r`, CommonJS', args: ['-r', preload.cjs], program: 'misuse.cjs' },
  {
    how: '`NODE_OPTIONS`',
    args: [],
    program: 'misuse.mjs',
    env: { NODE_OPTIONS: `--import ${preload.esm}` },
  },
  {
    how: 'twice, in both flavours',
    args: ['-r', preload.cjs, '--import', preload.esm],
    program: 'misuse.mjs',
  },
  {
    how: 'before import-in-the-middle',
    args: ['--import', preload.esm, '--import', loader],
    program: 'misuse.mjs',
  },
  {
    how: 'after import-in-the-middle',
    args: ['--import', loader, '--import', preload.esm],
    program: 'misuse.mjs',
  },
];

describe('the preload finds a misuse in a program that knows nothing of it', () => {
  test.each(ways)('by $how', async ({ args, program, env = {} }) => {
    const file = programFile(program);
    const run = await runPreloaded({ args, program: [file], env: { ...json, ...env } });
    expect(
      findingsIn(run).map(({ rule, place }) => ({ rule, file: place?.file, line: place?.line })),
    ).toEqual([misusesIn(file)('use-after-end', 'use after end')]);
    expect(run).toMatchObject({ code: 0, stdout: 'MongoExpiredSessionError\n' });
  });

  test('in a worker thread', async () => {
    const run = await runPreloaded({ program: [programFile('worker.mjs')], env: json });
    const { line } = misusesIn(programFile('misuse.mjs'))('use-after-end', 'use after end');
    expect(findingsIn(run).map(({ place }) => place?.line)).toEqual([line]);
  });

  test('in each copy of the driver, one of mongoose among them', async () => {
    const run = await runPreloaded({ program: [programFile('both-copies.mjs')], env: json });
    expect(run.code).toBe(0);
    const [first, ...rest] = findingsIn(run);
    expect(rest).toEqual([]);
    expect(first?.rule).toBe('use-after-end');
    expect(run.stderr).toContain('"rules":{"use-after-end":3}');
  });
});

test('a clean program prints nothing at all', async () => {
  const run = await runPreloaded({ program: [programFile('clean.mjs')], env: { SESSION_GUARD_EXIT: '1' } });
  expect(run).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('the findings of a program that exits at once are printed all the same', async () => {
  const file = programFile('exit-at-once.mjs');
  const { line = 0 } = misusesIn(file)('use-after-end', 'use after end');
  const run = await runPreloaded({ program: [file] });
  expect(run.stderr).toContain(`at ${file}:${line}:`);
  expect(run.stderr).toContain('session-guard: 1 finding: use-after-end (once).');
});

test('`SESSION_GUARD=off` does nothing', async () => {
  const run = await runPreloaded({ program: [programFile('misuse.mjs')], env: { SESSION_GUARD: 'off' } });
  expect(run).toEqual({ code: 0, stdout: 'MongoExpiredSessionError\n', stderr: '' });
});

test('with a misspelt variable the program does not start, and the message has the valid values', async () => {
  const run = await runPreloaded({ program: [programFile('clean.mjs')], env: { SESSION_GUARD: 'on' } });
  expect(run.code).not.toBe(0);
  expect(run.stderr).toContain("SESSION_GUARD must be observe, protect or off, not 'on'.");
});

test('a program without a driver does not get one by the preload', async () => {
  expect(await runPreloaded({ program: [programFile('no-driver.mjs')] })).toEqual({
    code: 0,
    stdout: '0\n',
    stderr: '',
  });
});

test.each(['production', 'development'])(
  'jobs that start each other leave nothing behind, in %s',
  async mode => {
    const args = ['--expose-gc', '--no-opt', '--import', preload.esm];
    const run = await runPreloaded({ args, program: [programFile('chain.mjs')], env: { NODE_ENV: mode } });
    expect(run).toEqual({ code: 0, stdout: 'all jobs have run\n', stderr: '' });
  },
);
