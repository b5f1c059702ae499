import { createRequire } from 'node:module';
import vm from 'node:vm';
import { observationFailed } from '../../guard/failures.ts';
import { isLibraryModule, observeLibraryModule } from '../../register/library-modules.ts';
import { onModulesInRealms, type RealmModule } from '../../register/realm-modules.ts';

/** Of the realm whose test file runs. Kept on a module of Node's, which all realms of a process share. */
const key = Symbol.for('session-guard.realm of tests');

export function isInJest(): boolean {
  return process.env['JEST_WORKER_ID'] !== undefined;
}

/**
 * Whether a hook that is registered now is one of a `describe`, and not of the whole file; undefined where that is not known. It
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

/** What is compiled for Jest is watched once, by the first realm; it tells the one that came last. */
export function watchJestRealm(): void {
  const isWatched = Reflect.has(vm, key);
  Reflect.set(vm, key, observe);
  if (!isWatched) onModulesInRealms(isLibraryModule, module => current()(module));
  observeLoaded();
}

/** What the test file has loaded before. `createRequire` is Jest's own here, and so is its cache: that of the realm. */
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
    observeLibraryModule(module);
  } catch (bug) {
    observationFailed(bug);
  }
}
