// @ts-check
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, 'node_modules', '.cache', 'session-guard-bench');

export const driverVersion = require('mongodb/package.json').version;
export const mongooseVersion = require('mongoose/package.json').version;

/** @typedef {'guarded' | 'observed' | 'control'} CopyName */

/**
 * The guard patches the copy of the driver that has made a client, so each side of a comparison needs its own copy.
 *
 * @param {CopyName} name
 * @returns {typeof import('mongodb')}
 */
export function loadCopy(name) {
  return createRequire(join(copyOf('mongodb', name), 'package.json'))('./lib/index.js');
}

/**
 * mongoose on the same copy of the driver, which lies beside it.
 *
 * @param {CopyName} name
 * @returns {import('mongoose').Mongoose}
 */
export function loadMongooseCopy(name) {
  return createRequire(join(copyOf('mongoose', name), 'package.json'))('./lib/index.js');
}

/** @returns {{ driver: typeof import('mongodb'), mongoose: () => import('mongoose').Mongoose }} */
export function loadInstalled() {
  return { driver: require('mongodb'), mongoose: () => require('mongoose') };
}

/** Made before any child process needs them: two would get into each other's way. */
export function prepareCopies() {
  for (const name of /** @type {const} */ (['guarded', 'observed', 'control'])) {
    copyOf('mongodb', name);
    copyOf('mongoose', name);
  }
}

/**
 * @param {'mongodb' | 'mongoose'} library
 * @param {CopyName} name
 * @returns its folder
 */
function copyOf(library, name) {
  const installed = dirname(require.resolve(`${library}/package.json`));
  const folder = join(cache, name, 'node_modules', library);
  if (!isSame(folder, installed)) copyTo(folder, installed);
  return folder;
}

/**
 * @param {string} folder
 * @param {string} installed
 */
function isSame(folder, installed) {
  const file = join(folder, 'package.json');
  return (
    existsSync(file) && readFileSync(file, 'utf8') === readFileSync(join(installed, 'package.json'), 'utf8')
  );
}

/**
 * @param {string} folder
 * @param {string} installed
 */
function copyTo(folder, installed) {
  const half = `${folder}.${process.pid}`;
  cpSync(installed, half, { recursive: true, dereference: true });
  rmSync(folder, { recursive: true, force: true });
  renameSync(half, folder);
}
