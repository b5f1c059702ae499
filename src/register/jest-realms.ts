import { fileURLToPath } from 'node:url';
import { observationFailed } from '../guard/failures.ts';
import type { observeInRealm, Outside } from './in-realm.ts';
import { folderOfIndex, isLibraryModule } from './library-modules.ts';
import { onModulesInRealms, type RealmModule } from './realm-modules.ts';
import { noteWatched } from './watched-folders.ts';

const inRealm = fileURLToPath(new URL('in-realm.cjs', import.meta.url));

/** True for the file after which Jest evaluates modules in realms of its own, past Node's loader. */
export function isJestRuntime(file: string): boolean {
  return /[\\/]jest-runtime[\\/]build[\\/]index\.js$/.test(file);
}

/** Observes what Jest loads: a copy of the driver, and of mongoose, for each test file. */
export function watchJestRealms(outside: Outside): void {
  onModulesInRealms(isLibraryModule, module => observe(module, outside));
}

function observe(module: RealmModule, outside: Outside): void {
  try {
    const inside: { observeInRealm: typeof observeInRealm } = module.load(inRealm);
    inside.observeInRealm(module, outside);
    const folder = folderOfIndex(module.file);
    if (folder !== undefined) noteWatched(folder);
  } catch (bug) {
    observationFailed(bug);
  }
}
