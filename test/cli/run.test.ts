import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { misusesIn } from '../real/support/found.ts';
import { programFile } from '../register/support/run-preloaded.ts';
import { sessionGuard } from './run-command.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'session-guard-run test-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const misuse = programFile('misuse.mjs');
const jest = fileURLToPath(import.meta.resolve('jest/bin/jest'));
const jestFolder = (name: string) => fileURLToPath(new URL(`../register/${name}`, import.meta.url));

describe('a program is run with the preload', () => {
  test.each([
    { kind: 'an ES module', program: ['node', misuse] },
    { kind: 'CommonJS', program: ['node', programFile('misuse.cjs')] },
    { kind: 'a child process', program: ['sh', '-c', `node ${misuse}; true`] },
    {
      kind: 'TypeScript',
      program: [
        'node',
        '--import',
        new URL('../real/support/typescript.mjs', import.meta.url).href,
        programFile('typed.ts'),
      ],
    },
  ])('$kind, from a folder without this package; the summary names the rule', async ({ program }) => {
    const run = await sessionGuard(['run', '--', ...program], { cwd: folder });
    expect(run.stderr).toContain('session-guard: 1 finding at 1 place in ');
    expect(run.stderr).toContain('correctness use-after-end  once, at ');
    expect(run.code).toBe(0);
  });

  test('what it prints and reads is its own', async () => {
    const run = await sessionGuard(['run', '--', 'node', '-e', 'console.log("own")']);
    expect(run.stdout).toBe('own\n');
    expect(run.stderr).toContain('session-guard: no findings in node -e console.log("own")');
  });
});

describe('the exit code', () => {
  test.each([
    { failOn: 'correctness', code: 1 },
    { failOn: 'any', code: 1 },
    { failOn: 'performance,config', code: 0 },
  ])('is $code with `--fail-on $failOn` and a finding about correctness', async ({ failOn, code }) => {
    const run = await sessionGuard(['run', '--fail-on', failOn, '--', 'node', misuse]);
    expect(run.code).toBe(code);
  });

  test('is that of the program, if that is not 0', async () => {
    const program = ['node', '-e', `import(${JSON.stringify(misuse)}).then(() => process.exit(3))`];
    expect(await sessionGuard(['run', '--fail-on', 'any', '--', ...program])).toMatchObject({ code: 3 });
  });

  test('is 1 under `jest --forceExit`, in one process and in workers that Jest ends', async () => {
    const env = { NODE_OPTIONS: '--experimental-vm-modules' };
    const options = ['run', '--fail-on', 'correctness', '--', 'node', jest, '--forceExit'];
    const one = await sessionGuard([...options, '--runInBand'], { cwd: jestFolder('jest'), env });
    expect(one).toMatchObject({ code: 1, stderr: expect.stringContaining('session-guard: 4 findings') });
    const many = await sessionGuard([...options, '--maxWorkers=2'], {
      cwd: jestFolder('jest-open-handles'),
      env,
    });
    expect(many).toMatchObject({ code: 1, stderr: expect.stringContaining('session-guard: 2 findings') });
  });

  test.each([
    { signal: 'SIGTERM', own: [], code: 143 },
    { signal: 'SIGINT', own: [], code: 130 },
    { signal: 'SIGTERM', own: ['own'], code: 5 },
  ] as const)('after $signal is $code, and there is a summary', async ({ signal, own, code }) => {
    const run = await sessionGuard(['run', '--', 'node', programFile('waits.mjs'), ...own], { signal });
    expect(run.stderr).toContain('session-guard: 1 finding at 1 place');
    expect(run.code).toBe(code);
  });
});

test('`--report` writes the page, `--trace` keeps the traces, and `report` reads them', async () => {
  const [page, traces] = [join(folder, 'report.html'), join(folder, 'traces')];
  const run = await sessionGuard(['run', '--report', page, '--trace', traces, '--', 'node', misuse]);
  expect(run.stderr).toContain(`session-guard: the report is ${page}`);
  expect(readFileSync(page, 'utf8')).toContain('"rule":"use-after-end"');
  expect(readdirSync(traces)).toEqual([expect.stringMatching(/^\d+\.ndjson$/)]);

  const text = await sessionGuard(['report', traces]);
  const { line } = misusesIn(misuse)('use-after-end', 'use after end');
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toContain(`at ${misuse}:${line}:`);
  expect(text.stdout).toContain('  fix: ');
  expect(text.stdout).toMatch(/1 session, 2 operations, 0 transactions\./);

  const json = await sessionGuard(['report', traces, '--json']);
  expect(JSON.parse(json.stdout)).toMatchObject({
    version: 1,
    findings: [{ rule: 'use-after-end', count: 1 }],
  });

  const again = await sessionGuard(['run', '--report', page, '--trace', traces, '--', 'node', misuse]);
  expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('has the traces of another run') });
  expect(readFileSync(page, 'utf8')).toContain('"rule":"use-after-end"');
});

test('no trace is left behind', async () => {
  const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
  await sessionGuard(['run', '--', 'node', misuse], { env: { TMPDIR } });
  expect(readdirSync(TMPDIR)).toEqual([]);
});

test('the exit code is that of the program, also if the report cannot be made', async () => {
  const page = join(mkdtempSync(join(folder, 'page-')), 'report.html');
  const at = JSON.stringify(dirname(page));
  // A file is where the folder was.
  const replace = (code: number) => [
    'node',
    '-e',
    `fs.rmSync(${at}, { recursive: true }); fs.writeFileSync(${at}, ''); process.exit(${code})`,
  ];
  const failed = await sessionGuard(['run', '--report', page, '--', ...replace(3)]);
  expect(failed).toMatchObject({ code: 3, stderr: expect.stringContaining('ENOTDIR') });
  rmSync(dirname(page));
  const done = await sessionGuard(['run', '--report', page, '--', ...replace(0)]);
  expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOTDIR') });
});

test('what a daemon starts after the run has ended runs, without a trace', async () => {
  const TMPDIR = mkdtempSync(join(folder, 'tmp-'));
  // The variables that the program has got, for a process that is started later.
  const run = await sessionGuard(['run', '--', 'node', '-p', 'JSON.stringify(process.env)'], {
    env: { TMPDIR },
  });
  const env: NodeJS.ProcessEnv = JSON.parse(run.stdout);
  expect(env['SESSION_GUARD_TRACE']).toContain(TMPDIR);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-p', '"runs"'], { env });
  expect({ stdout, stderr }).toEqual({ stdout: 'runs\n', stderr: '' });
});

test('a program that does not exist is an error with its name', async () => {
  const run = await sessionGuard(['run', '--', 'no-such-program']);
  expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining('no-such-program') });
});
