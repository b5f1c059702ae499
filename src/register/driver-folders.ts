import { existsSync } from 'node:fs';

const clientFile = /^(.*[\\/]lib[\\/])mongo_client\.js$/;

/** The folder of a copy of the driver (with a trailing slash), if this file is the one that it is known by. */
export function driverFolderOf(file: string): string | undefined {
  const folder = clientFile.exec(file)?.[1];
  if (folder === undefined || !existsSync(`${folder}operations/execute_operation.js`)) return undefined;
  return folder.replaceAll('\\', '/');
}
