// @ts-check
// Runs a program of Node with its output in a file, as a shell's `>` does, and prints the file afterwards.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { NODE_OPTIONS_BELOW = '', ...env } = process.env;
const folder = mkdtempSync(join(tmpdir(), 'session-guard-'));
const file = join(folder, 'output');
const output = openSync(file, 'a');
const { status } = spawnSync(process.execPath, process.argv.slice(2), {
  stdio: ['ignore', output, output],
  env: { ...env, NODE_OPTIONS: NODE_OPTIONS_BELOW },
});
process.stderr.write(readFileSync(file, 'utf8'));
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
