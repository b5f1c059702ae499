// @ts-check
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * @param {string} program
 * @param {string} [folders]  to look in, as in PATH
 * @returns {Promise<string | undefined>} its full path
 */
export async function findOnPath(program, folders = process.env['PATH'] ?? '') {
  const file = process.platform === 'win32' ? `${program}.exe` : program;
  for (const folder of folders.split(delimiter).filter(name => name !== '')) {
    const path = join(folder, file);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

/** @param {string} path */
function isExecutable(path) {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
