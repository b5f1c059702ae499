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
 * A program in the cache, made now where it is not there yet. `produce` works in a folder of its own and the
 * finished file is moved in one step, so that processes that do this at the same moment never see half a file.
 *
 * @param {string} name  of the file in the cache
 * @param {(folder: string) => Promise<string>} produce  gives the path of the file it has made in `folder`
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
    await rename(made, join(cache, name));
    return join(cache, name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
