import { createRequire } from 'node:module';
import vm from 'node:vm';
import { observationFailed } from '../../platform/failures.ts';
import { isLibraryModule, patchLibraryModule } from '../../guard/register/modules/library-modules.ts';
import { onModulesInRealms, type RealmModule } from '../../guard/register/modules/realm-modules.ts';

/** The state of the realm whose test file runs. It is kept on a module of Node, which all realms of a process share. */
const key = Symbol.for('session-guard.realm of tests');

export function isInJest(): boolean {
  return process.env['JEST_WORKER_ID'] !== undefined;
}

/**
 * True if a hook that is registered now belongs to a `describe`, and not to the whole file; undefined if this is not known. It
 * relies on the state that jest-circus keeps on the global object of a test file.
 */
export function isInDescribe(): boolean | undefined {
  const symbol = Object.getOwnPropertySymbols(globalThis).find(
    ({ description }) => description === 'JEST_STATE_SYMBOL',
  );
  if (symbol === undefined) return undefined;
  const state = Reflect.get(globalThis, symbol) as {
    readonly currentDescribeBlock?: { readonly parent?: unknown };
  };
  return state.currentDescribeBlock === undefined
    ? undefined
    : state.currentDescribeBlock.parent !== undefined;
}

/** The first realm observes all modules that are compiled for Jest, and informs the newest realm. */
export function watchJestRealm(): void {
  const isWatched = Reflect.has(vm, key);
  Reflect.set(vm, key, observe);
  if (!isWatched) onModulesInRealms(isLibraryModule, module => current()(module));
  observeLoaded();
}

/**
 * Observes the modules that the test file has already loaded. Here `createRequire` is Jest's own, with the cache of the realm.
 */
function observeLoaded(): void {
  const { cache } = createRequire(import.meta.url);
  for (const [file, module] of Object.entries(cache))
    if (isLibraryModule(file)) observe({ file, exports: module?.exports, load: createRequire(file) });
}

function current(): typeof observe {
  return Reflect.get(vm, key) as typeof observe;
}

function observe(module: RealmModule): void {
  try {
    patchLibraryModule(module);
  } catch (bug) {
    observationFailed(bug);
  }
}
