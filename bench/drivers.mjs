// @ts-check
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'session-guard-bench');
const installed = dirname(require.resolve('mongodb/package.json'));

export const driverVersion = require('mongodb/package.json').version;

/**
 * The guard patches the copy of the driver that a client comes from, so each side of a comparison needs a copy of its own.
 *
 * @param {'guarded' | 'control'} name
 * @returns {typeof import('mongodb')}
 */
export function loadCopy(name) {
  const folder = join(cache, name, 'node_modules', 'mongodb');
  if (!isSame(folder)) copyTo(folder);
  return createRequire(join(folder, 'package.json'))('./lib/index.js');
}

/** @returns {typeof import('mongodb')} */
export function loadInstalled() {
  return require('mongodb');
}

/** Made before any child process needs them: two would get into each other's way. */
export function prepareCopies() {
  loadCopy('guarded');
  loadCopy('control');
}

/** @param {string} folder */
function isSame(folder) {
  const file = join(folder, 'package.json');
  return (
    existsSync(file) && readFileSync(file, 'utf8') === readFileSync(join(installed, 'package.json'), 'utf8')
  );
}

/** @param {string} folder */
function copyTo(folder) {
  const half = `${folder}.${process.pid}`;
  cpSync(installed, half, { recursive: true, dereference: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(half, folder);
}
