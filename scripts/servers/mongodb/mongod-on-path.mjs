// @ts-check
import { findOnPath } from '../support/find-on-path.mjs';

/** @returns {Promise<string>} the full path, which mongodb-memory-server needs */
export async function mongodOnPath() {
  const binary = await findOnPath('mongod');
  if (binary === undefined) throw new Error('no mongod there');
  return binary;
}
