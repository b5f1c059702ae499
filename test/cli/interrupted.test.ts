import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { programFile, withoutRunner } from '../register/support/run-preloaded.ts';
import { sessionGuard } from './run-command.ts';

const command = fileURLToPath(new URL('../../dist/cli.mjs', import.meta.url));

test('a signal that comes during the summary ends the command, and no trace is left behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'session-guard-interrupted-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [TMPDIR, pipe] = [join(folder, 'tmp'), join(folder, 'pipe')];
  execFileSync('mkdir', [TMPDIR]);
  execFileSync('mkfifo', [pipe]);
  // The summary reads a trace that never ends.
  const program =
    'const { dirname, join } = require("node:path");' +
    `fs.linkSync(${JSON.stringify(pipe)}, join(dirname(process.env.SESSION_GUARD_TRACE), "endless.ndjson"))`;
  const child = spawn(process.execPath, [command, 'run', '--', 'node', '-e', program], {
    env: { ...withoutRunner(), TMPDIR },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  // It opens when somebody reads.
  const written = await open(pipe, 'w');
  onTestFinished(() => written.close());
  child.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect(readdirSync(TMPDIR)).toEqual([]);
});

const ofNpx = { npm_lifecycle_event: 'npx', npm_lifecycle_script: "'session-guard'" };
const ofScript = {
  npm_lifecycle_event: 'checked',
  npm_lifecycle_script: 'session-guard run -- node app.js 2>&1 && echo done',
};

/** As npx and npm start the command: in a shell that waits for it, as that of Debian. */
function startInShell(program: string, env: NodeJS.ProcessEnv = ofNpx): ChildProcessWithoutNullStreams {
  const line = ['-c', '"$@"; :', 'sh', process.execPath, command, 'run', '--', 'node', '-e', program];
  return spawn('sh', line, { env: { ...withoutRunner(), ...env, NO_COLOR: '1' } });
}

test.each([
  { name: 'npx', env: ofNpx },
  { name: 'a script of npm', env: ofScript },
])('$name hands a signal to its shell alone: the program gets it, and the summary comes', async ({ env }) => {
  const shell = startInShell(
    'process.on("SIGTERM", () => { console.log("stopped"); process.exit(0); });' +
      'setTimeout(() => {}, 600_000); console.log("started");',
    env,
  );
  let [stdout, stderr] = ['', ''];
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '') shell.kill('SIGTERM');
    stdout += text;
  });
  shell.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // The command has these pipes, too: they are closed when it has ended.
  await once(shell, 'close');
  expect(stdout).toBe('started\nstopped\n');
  expect(stderr).toContain('session-guard: no findings in node -e');
});

test('a signal that the shell and the command get reaches the program once', async () => {
  // It stays for as long as a second one may take.
  const shell = startInShell(
    'process.on("SIGTERM", () => { console.log("stopped"); setTimeout(() => process.exit(0), 1000); });' +
      'setTimeout(() => {}, 600_000); console.log(process.ppid);',
  );
  let stdout = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '') {
      process.kill(Number(text), 'SIGTERM');
      shell.kill('SIGTERM');
    }
    stdout += text;
  });
  await once(shell, 'close');
  expect(stdout).toMatch(/^\d+\nstopped\n$/);
});

test('a program that npm has started in a shell gets the signal too, and its findings are in the summary', async () => {
  const program = `node ${programFile('waits.mjs')}; true`;
  const running = await sessionGuard(['run', '--', 'sh', '-c', program], { signal: 'SIGTERM' });
  expect(running).toMatchObject({ code: 143, stdout: 'waits\n' });
  expect(running.stderr).toContain('session-guard: 1 finding at 1 place');
});

test('what a script has put into the background runs on when its shell has ended', async () => {
  const env = {
    npm_lifecycle_event: 'start',
    npm_lifecycle_script: 'session-guard run -- node app.js & true',
  };
  const program = 'setTimeout(() => console.log("ran on"), 1500); console.log("started");';
  const shell = startInShell(program, env);
  let stdout = '';
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '') shell.kill('SIGTERM');
    stdout += text;
  });
  await once(shell, 'close');
  expect(stdout).toBe('started\nran on\n');
});
