import { createRequire } from 'node:module';
import vm from 'node:vm';
import { observationFailed } from '../../guard/failures.ts';
import { observeDriverIn } from '../../instrument/observe.ts';
import { driverFolderOf } from '../../register/driver-folders.ts';
import { type OnDriver, onEachDriverInRealms } from '../../register/jest-realms.ts';

/** Of the realm whose test file runs. Kept on a module of Node's, which all realms of a process share. */
const key = Symbol.for('session-guard.realm of tests');

export function isInJest(): boolean {
  return process.env['JEST_WORKER_ID'] !== undefined;
}

/** What is compiled for Jest is watched once, by the first realm; it tells the one that came last. */
export function watchJestRealm(): void {
  const isWatched = Reflect.has(vm, key);
  Reflect.set(vm, key, observe);
  if (!isWatched) onEachDriverInRealms((folder, load) => current()(folder, load));
  observeLoaded();
}

/** What the test file has loaded before. `createRequire` is Jest's own here, and so is its cache: that of the realm. */
function observeLoaded(): void {
  for (const file of Object.keys(createRequire(import.meta.url).cache)) {
    const folder = driverFolderOf(file);
    if (folder !== undefined) observe(folder, createRequire(`${folder}index.js`));
  }
}

function current(): OnDriver {
  return Reflect.get(vm, key) as OnDriver;
}

function observe(...[folder, load]: Parameters<OnDriver>): void {
  try {
    observeDriverIn(folder, load);
  } catch (bug) {
    observationFailed(bug);
  }
}
