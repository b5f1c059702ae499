import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const register = join(import.meta.dirname, '../../dist/register.mjs');

test('`NODE_OPTIONS` with the absolute path of the preload works from every folder, the name alone does not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'session-guard-folder-'));
  const inFolder = (options: string) =>
    run(process.execPath, ['-e', 'console.log("started")'], {
      cwd: folder,
      env: { ...process.env, NODE_OPTIONS: options },
    });
  for (const place of [pathToFileURL(register).href, register])
    expect(await inFolder(`--import ${place}`)).toEqual({ stdout: 'started\n', stderr: '' });
  await expect(inFolder('--import session-guard/register')).rejects.toThrow(
    "Cannot find package 'session-guard'",
  );
  await rm(folder, { recursive: true });
});
