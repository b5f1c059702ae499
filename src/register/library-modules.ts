import { observeDriverIn } from '../instrument/observe.ts';
import { observeMongooseModule } from '../mongoose/observe-mongoose.ts';
import { driverFolderOf } from './driver-folders.ts';
import { isMongooseFile } from './mongoose-watch.ts';
import type { RealmModule } from './realm-modules.ts';

/** True for the file that gives the driver, or mongoose, to its users. */
export function isLibraryModule(file: string): boolean {
  return isMongooseFile(file) || folderOfIndex(file) !== undefined;
}

/** Observes the driver, or mongoose, that such a file has given. */
export function observeLibraryModule({ file, exports, load }: RealmModule): void {
  const folder = folderOfIndex(file);
  if (folder === undefined) observeMongooseModule(exports);
  else observeDriverIn(folder, load);
}

/** The folder of a copy of the driver, by its index. */
export function folderOfIndex(file: string): string | undefined {
  return /[\\/]lib[\\/]index\.js$/.test(file)
    ? driverFolderOf(file.replace(/index\.js$/, 'mongo_client.js'))
    : undefined;
}
