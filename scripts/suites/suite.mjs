// @ts-check
import { spawn } from 'node:child_process';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Runs the tests of another project, with the store of this package in the place of that project's own.
 *
 * @param {object} suite
 * @param {string | undefined} suite.checkout  the other project's source, with its tests; it stays as it is
 * @param {readonly string[]} suite.install  packages beside those that its package.json names
 * @param {(folder: string) => Promise<void>} suite.prepare  puts the store in its place
 * @param {(folder: string) => Promise<number>} suite.test  gives the exit code
 */
export async function runSuite({ checkout, install, prepare, test }) {
  if (checkout === undefined) {
    console.error('usage: node scripts/suites/<suite>.mjs <folder of the checkout>   (after npm run build)');
    process.exit(2);
  }
  const folder = await mkdtemp(join(tmpdir(), 'session-guard-suite-'));
  try {
    await cp(checkout, folder, { recursive: true });
    await run(
      'npm',
      ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--silent', ...install],
      folder,
    );
    await prepare(folder);
    process.exitCode = await test(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The modules that the programs of a suite load first. */
export const FIRST = fileURLToPath(new URL('stores/connect.mjs', import.meta.url));

/**
 * @param {string} program
 * @param {readonly string[]} args
 * @param {string} cwd
 * @returns {Promise<number>}
 */
export function run(program, args, cwd) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', code => resolve(code ?? 1));
  });
}
