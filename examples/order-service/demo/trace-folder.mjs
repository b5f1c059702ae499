// @ts-check
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const COMMAND = fileURLToPath(new URL('../../../dist/cli.mjs', import.meta.url));

/**
 * Where the guarded services write their traces: the variable is for the processes that the demo starts.
 *
 * @returns a folder that only this user can read
 */
export function makeTraceFolder() {
  const folder = join(mkdtempSync(join(tmpdir(), 'session-guard-demo-')), 'order-service');
  mkdirSync(folder);
  process.env['DEMO_TRACES'] = folder;
  return folder;
}

/**
 * Makes the report of the traces, which are removed.
 *
 * @param {string} folder
 * @returns {Promise<string>} the file of the report
 */
export async function writeReport(folder) {
  const file = join(folder, '..', 'report.html');
  await promisify(execFile)(process.execPath, [COMMAND, 'report', folder, '--html', file]);
  rmSync(folder, { recursive: true });
  return file;
}
