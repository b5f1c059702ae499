import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { withoutRunner } from '../register/support/run-preloaded.ts';

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
