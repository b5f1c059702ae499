// @ts-check
import {
  constants,
  copyFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Puts the packages of one folder `node_modules` into another one, as hard links: that takes seconds, and no space. `npm install` may
 * follow: it moves a package away and unpacks the other version as new files, and writes into no file of a package.
 * @param {string} from
 * @param {string} to
 */
export function linkPackages(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const name = entry.name;
    // npm's list of what is installed: the only file that it writes into.
    if (name === '.package-lock.json') copyFileSync(join(from, name), join(to, name));
    // The other hidden entries are caches of tools, which write into their files.
    else if (name === '.bin' || !name.startsWith('.')) linkEntry(entry, from, to);
  }
}

/**
 * @param {import('node:fs').Dirent} entry
 * @param {string} from
 * @param {string} to
 */
function linkEntry(entry, from, to) {
  const source = join(from, entry.name);
  const target = join(to, entry.name);
  if (entry.isSymbolicLink()) return symlinkSync(readlinkSync(source), target);
  if (!entry.isDirectory()) return linkFile(source, target);
  mkdirSync(target);
  for (const inside of readdirSync(source, { withFileTypes: true })) linkEntry(inside, source, target);
}

/**
 * @param {string} source
 * @param {string} target
 */
function linkFile(source, target) {
  try {
    linkSync(source, target);
  } catch {
    // On another disk, or on a file system without hard links.
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
  }
}
