// @ts-check
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** @param {string} file */
export function pathInRepository(file) {
  return relative(ROOT, file).replaceAll('\\', '/');
}
