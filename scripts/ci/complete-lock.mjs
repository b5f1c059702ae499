// @ts-check
// Adds to package-lock.json the optional packages of other platforms that the registry in use did not have when the lock was
// written: `npm ci` refuses a lock without them. To be run after dependencies were changed on such a machine.
import { readFileSync, writeFileSync } from 'node:fs';

const platform =
  /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|x64|ia32|ppc64|riscv64|s390x|loong64|mips64el)/;

/**
 * @typedef {{ version?: string, license?: string, optionalDependencies?: Record<string, string> }} Entry
 * @typedef {{ packages: Record<string, Entry | object> }} Lock
 */

/** @type {Lock} */
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const before = Object.keys(lock.packages).length;
for (const [path, entry] of Object.entries(lock.packages)) complete(path, entry);
lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${Object.keys(lock.packages).length - before} entries`);

/**
 * @param {string} path
 * @param {Entry} entry
 */
function complete(path, { license, optionalDependencies = {} }) {
  for (const [name, range] of Object.entries(optionalDependencies)) {
    const key = `node_modules/${name}`;
    if (lock.packages[key] !== undefined || lock.packages[`${path}/${key}`] !== undefined) continue;
    const [, os, cpu] = platform.exec(name) ?? [];
    if (os === undefined) continue;
    const version = range.replace(/^[\^~]/, '');
    lock.packages[key] = {
      version,
      cpu: [cpu],
      dev: true,
      ...libcOf(name),
      license,
      optional: true,
      os: [os],
    };
  }
}

/** @param {string} name */
function libcOf(name) {
  if (name.includes('musl')) return { libc: ['musl'] };
  return /linux.*gnu/.test(name) ? { libc: ['glibc'] } : {};
}
