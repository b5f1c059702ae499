import { patchDriverIn } from '../../driver/observe.ts';
import { patchMongoose } from '../../mongoose/observe-mongoose.ts';
import type { RealmModule } from './realm-modules.ts';
import { existsSync } from 'node:fs';
import { isObject } from '../../../platform/options/checks.ts';
import { whenDemandedFor } from '../../runtime/process/on-demand.ts';
import { shared } from '../../runtime/process/shared-state.ts';
import { createRequire } from 'node:module';
import { onEachModule } from './module-hook.ts';

/** True for a file that may be mongoose's main file; its exports decide. */
export function isMongooseFile(file: string): boolean {
  return /[\\/]mongoose[^\\/]*[\\/]lib[\\/]index\.js$/.test(file);
}

/** Observes every copy of mongoose in the process: the loaded copies, and each copy that is loaded later. */
export function watchMongooseCopies(): void {
  const { cache } = createRequire(import.meta.url);
  for (const [file, module] of Object.entries(cache))
    if (isMongooseFile(file)) patchOnDemand(module?.exports);
  onEachModule((file, { exports }) => {
    if (isMongooseFile(file)) patchOnDemand(exports);
  });
}

function patchOnDemand(exported: unknown): void {
  if (isObject(exported)) whenDemandedFor(exported, patchMongoose);
}

const clientFile = /^(.*[\\/]lib[\\/])mongo_client\.js$/;

/** The folder of a copy of the driver (with a trailing slash), if this file is the file by which a copy is recognised. */
export function driverFolderOf(file: string): string | undefined {
  const folder = clientFile.exec(file)?.[1];
  if (folder === undefined || !existsSync(`${folder}operations/execute_operation.js`)) return undefined;
  return folder.replaceAll('\\', '/');
}

/** True for the main file of the driver or of mongoose. */
export function isLibraryModule(file: string): boolean {
  return isMongooseFile(file) || folderOfIndex(file) !== undefined;
}

/** Observes the driver or mongoose that such a file exports. */
export function patchLibraryModule({ file, exports, load }: RealmModule): void {
  const folder = folderOfIndex(file);
  if (folder === undefined) patchMongoose(exports);
  else patchDriverIn(folder, load);
}

/** The folder of a copy of the driver, by its index file. */
export function folderOfIndex(file: string): string | undefined {
  return /[\\/]lib[\\/]index\.js$/.test(file)
    ? driverFolderOf(file.replace(/index\.js$/, 'mongo_client.js'))
    : undefined;
}

const watched = new Set<string>();

/** Records that the copy of the driver in this folder is observed, also in another realm (Jest's). */
export function noteWatched(folder: string): void {
  watched.add(folder);
}

export function isWatched(folder: string): boolean {
  return watched.has(folder) || shared.copies.has(folder);
}
