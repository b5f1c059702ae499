// @ts-check
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the repository, so that a fresh clone (or `git clean`) finds the servers of the one before. */
export function cacheFolder() {
  const { SESSION_GUARD_CACHE, XDG_CACHE_HOME } = process.env;
  return SESSION_GUARD_CACHE ?? join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'session-guard');
}

/** @param {string} name */
export function isCached(name) {
  return existsSync(join(cacheFolder(), name));
}

/**
 * A program or a folder in the cache, made now if it does not exist yet. `produce` works in a temporary folder
 * and what it has finished is moved in one step, so that processes that do this at the same moment never see half
 * of it.
 *
 * @param {string} name  in the cache
 * @param {(folder: string) => Promise<string>} produce  returns the path of the result in `folder`
 * @returns {Promise<string>}
 */
export async function cached(name, produce) {
  const cache = cacheFolder();
  if (isCached(name)) return join(cache, name);
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'incoming-'));
  try {
    const made = await produce(folder);
    await chmod(made, 0o755);
    await moveIn(made, name);
    return join(cache, name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} made
 * @param {string} name
 */
async function moveIn(made, name) {
  try {
    await rename(made, join(cacheFolder(), name));
  } catch (error) {
    // A file replaces the one that another process has moved in meanwhile; a folder does not, and need not.
    if (!isCached(name)) throw error;
  }
}
