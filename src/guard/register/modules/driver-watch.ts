import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { observationFailed } from '../../../platform/failures.ts';
import { whenDemanded } from '../../runtime/process/on-demand.ts';
import { noticeReducedCoverage } from '../../runtime/process/shared-state.ts';
import { patchDriverIn } from '../../driver/observe.ts';
import { driverFolderOf, noteWatched } from './library-modules.ts';
import { onEachModule } from './module-hook.ts';

/** Modules by file name, as `require.cache` has them. */
type Cache = NodeJS.Dict<NodeJS.Module>;

/** Observes every copy of the driver in the process: the loaded copies, and each copy that is loaded later. */
export function watchDriverCopies(): void {
  const { cache } = createRequire(import.meta.url);
  const copies = new CopiesOnTheirWay(cache);
  for (const file of Object.keys(cache)) copies.loaded(file);
  onEachModule(file => copies.loaded(file));
}

/** Driver files require each other in cycles: patch a copy only when all its files have finished loading. */
class CopiesOnTheirWay {
  readonly #cache: Cache;
  readonly #folders = new Set<string>();

  constructor(cache: Cache) {
    this.#cache = cache;
  }

  loaded(file: string): void {
    const folder = driverFolderOf(file);
    if (folder !== undefined) this.#folders.add(folder);
    for (const known of this.#folders) if (this.#isComplete(known, file)) this.#observe(known);
  }

  /** The module that has just been evaluated is marked as loaded only after this call. */
  #isComplete(folder: string, current: string): boolean {
    return Object.entries(this.#cache).every(
      ([file, module]) => module?.loaded !== false || file === current || !isIn(folder, file),
    );
  }

  #observe(folder: string): void {
    this.#folders.delete(folder);
    if (isTooOld(folder)) return;
    try {
      patchDriverIn(folder, createRequire(`${folder}index.js`));
      noteWatched(folder);
    } catch (bug) {
      observationFailed(bug);
    }
  }
}

/** Before version 6 the driver uses callbacks everywhere: it is not patched. */
function isTooOld(folder: string): boolean {
  const version = versionOf(folder);
  if (version === undefined || Number.parseInt(version, 10) >= 6) return false;
  noteWatched(folder);
  const message =
    `session-guard cannot observe the MongoDB driver ${version} in ${folder}: it observes versions 6 and 7. Reduced coverage: ` +
    'no findings come from its clients.';
  whenDemanded(() => noticeReducedCoverage(message));
  return true;
}

function versionOf(folder: string): string | undefined {
  try {
    const { version } = JSON.parse(readFileSync(`${folder}../package.json`, 'utf8'));
    return typeof version === 'string' ? version : undefined;
  } catch {
    return undefined;
  }
}

function isIn(folder: string, file: string): boolean {
  return file.replaceAll('\\', '/').startsWith(folder);
}
