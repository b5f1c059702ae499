// @ts-check
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

const PROGRAM = process.platform === 'win32' ? 'mongod.exe' : 'mongod';

/** @returns {Promise<string>} the full path, which mongodb-memory-server needs */
export async function mongodOnPath() {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(folder => folder !== '');
  for (const folder of folders) {
    const binary = join(folder, PROGRAM);
    const executable = await access(binary, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (executable) return binary;
  }
  throw new Error('no mongod there');
}
