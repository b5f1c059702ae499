import { fileURLToPath } from 'node:url';
import { observationFailed } from '../../../platform/failures.ts';
import type { observeInRealm, Outside } from './in-realm.ts';
import { folderOfIndex, isLibraryModule, noteWatched } from '../modules/library-modules.ts';
import { onModulesInRealms, type RealmModule } from '../modules/realm-modules.ts';

const inRealm = fileURLToPath(new URL('in-realm.cjs', import.meta.url));

/** True for the file after which Jest evaluates modules in separate realms, without Node's loader. */
export function isJestRuntime(file: string): boolean {
  return /[\\/]jest-runtime[\\/]build[\\/]index\.js$/.test(file);
}

/** Observes the modules that Jest loads: a copy of the driver, and of mongoose, for each test file. */
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
