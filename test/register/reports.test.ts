import { mkdtempSync, readFileSync, rmSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { replayTrace } from '../../src/testing/index.ts';
import { preload, programFile, runPreloaded } from './support/run-preloaded.ts';

const misuse = [programFile('misuse.mjs')];

describe('`SESSION_GUARD_EXIT=1`', () => {
  const env = { SESSION_GUARD_EXIT: '1' };

  test('a program with findings ends with code 1', async () => {
    expect(await runPreloaded({ program: misuse, env })).toMatchObject({ code: 1 });
  });

  test('also when the program says `process.exit(0)`, or the finding is a worker’s', async () => {
    expect(await runPreloaded({ program: [programFile('exit-at-once.mjs')], env })).toMatchObject({
      code: 1,
    });
    expect(await runPreloaded({ program: [programFile('worker.mjs')], env })).toMatchObject({ code: 1 });
  });

  test('also when a later listener of `exit` ends it with 0', async () => {
    const program = ['-e', "process.on('exit', () => process.exit(0)); import(process.argv[1]);", ...misuse];
    expect(await runPreloaded({ program, env })).toMatchObject({ code: 1 });
  });

  test('also when the finding is a child process’s, whose code nobody looks at; nothing is left behind', async () => {
    const TMPDIR = mkdtempSync(join(tmpdir(), 'session-guard-'));
    onTestFinished(() => rmSync(TMPDIR, { recursive: true }));
    const spawn = "require('node:child_process').spawnSync(process.execPath, process.argv.slice(1))";
    const child = ['--import', preload.esm, ...misuse];
    const run = await runPreloaded({ program: ['-e', spawn, '--', ...child], env: { ...env, TMPDIR } });
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(readdirSync(TMPDIR)).toEqual([]);
  });

  test('without findings the code is the program’s own', async () => {
    expect(await runPreloaded({ program: [programFile('clean.mjs')], env })).toMatchObject({ code: 0 });
    const three = ['-e', 'process.exit(3)'];
    expect(await runPreloaded({ program: three, env })).toMatchObject({ code: 3, stderr: '' });
  });
});

describe('`SESSION_GUARD_REPORT`', () => {
  test('text: each finding with its frame when it is made, and a line at the end', async () => {
    const { stderr } = await runPreloaded({ program: misuse });
    expect(stderr).toContain('[SESSION_GUARD_USE_AFTER_END]');
    expect(stderr).toContain('// misuse: use after end');
    expect(stderr.trimEnd().split('\n').at(-1)).toBe('session-guard: 1 finding: use-after-end (once).');
  });

  test('json: every line on stderr is JSON, the last one a summary', async () => {
    const { stderr } = await runPreloaded({ program: misuse, env: { SESSION_GUARD_REPORT: 'json' } });
    const lines = stderr
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(lines).toMatchObject([
      { type: 'finding', rule: 'use-after-end', severity: 'warn', place: { file: misuse[0] } },
      { type: 'summary', findings: 1, rules: { 'use-after-end': 1 } },
    ]);
  });
});

describe('`SESSION_GUARD_RULES`', () => {
  test('switches a rule off', async () => {
    const env = { SESSION_GUARD_RULES: '{"use-after-end":"off"}' };
    expect(await runPreloaded({ program: misuse, env })).toMatchObject({ code: 0, stderr: '' });
  });

  test('a preset needs no quotes; `strict` rejects the call that is at fault', async () => {
    const run = await runPreloaded({ program: misuse, env: { SESSION_GUARD_RULES: 'strict' } });
    expect(run).toMatchObject({ code: 0, stdout: 'SessionGuardError\n' });
  });

  test.each([
    { text: '{"no-such-rule":"off"}', says: "There is no rule 'no-such-rule'" },
    { text: '{"use-after-end', says: 'SESSION_GUARD_RULES must be JSON' },
    { text: 'loud', says: "'loud'" },
    { text: '{"session-leak":["warn",{"warnAfterMS":"soon"}]}', says: 'warnAfterMS' },
  ])('$text keeps the program from starting', async ({ text, says }) => {
    const run = await runPreloaded({ program: misuse, env: { SESSION_GUARD_RULES: text } });
    expect(run.code).not.toBe(0);
    expect(run.stdout).toBe('');
    expect(run.stderr).toContain(says);
  });
});

describe('`SESSION_GUARD_TRACE`', () => {
  test('the events are appended to the file, and give the same finding when they are replayed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'session-guard-trace-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await runPreloaded({ program: misuse, env: { SESSION_GUARD_TRACE: join(folder, 'trace-%p.ndjson') } });
    const [file = '', ...more] = readdirSync(folder);
    expect(more).toEqual([]);
    expect(file).toMatch(/^trace-\d+\.ndjson$/);
    const findings = replayTrace(readFileSync(join(folder, file), 'utf8'));
    expect(findings.map(({ rule }) => rule)).toEqual(['use-after-end']);
  });

  test('a program without a driver leaves no file', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'session-guard-trace-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    await runPreloaded({ program: ['-e', '0'], env: { SESSION_GUARD_TRACE: join(folder, 'trace') } });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('a folder that does not exist keeps the program from starting', async () => {
    const run = await runPreloaded({ program: misuse, env: { SESSION_GUARD_TRACE: '/no/such/trace' } });
    expect(run.code).not.toBe(0);
    expect(run.stderr).toContain('SESSION_GUARD_TRACE names a file in /no/such');
  });
});

test('`SESSION_GUARD=protect` protects clients without a manager', async () => {
  const program = [programFile('unawaited.mjs')];
  const observed = await runPreloaded({ program });
  const protectedRun = await runPreloaded({ program, env: { SESSION_GUARD: 'protect' } });
  expect(protectedRun.stdout).toBe('40 of 40\n');
  expect(observed.stdout).not.toBe('40 of 40\n');
});
