// @ts-check
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @param {string} server  its name
 * @returns {Promise<string>} a new folder
 */
export function dataFolder(server) {
  return mkdtemp(join(tmpdir(), `session-guard-${server}-`));
}
