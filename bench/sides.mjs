// @ts-check
import { ConnectionManager } from '../dist/index.mjs';
import { loadCopy, loadInstalled } from './drivers.mjs';

/**
 * One side of a comparison: a connected client, and how it runs a transaction.
 *
 * @typedef {object} Side
 * @property {import('mongodb').MongoClient} client
 * @property {(fn: (session: import('mongodb').ClientSession) => Promise<unknown>) => Promise<unknown>} withSession
 * @property {(fn: (session: import('mongodb').ClientSession) => Promise<unknown>) => Promise<unknown>} transact
 * @property {() => Promise<void>} close
 */

/** @typedef {'plain' | 'guarded' | 'control'} SideName */

/** `plain`: the installed driver. `guarded`: a copy under a manager. `control`: a copy, untouched. */
export const SIDES = /** @type {const} */ (['plain', 'guarded', 'control']);

const OPTIONS = { maxPoolSize: 64, minPoolSize: 0 };

/**
 * @param {SideName} name
 * @param {string} uri
 * @returns {Promise<Side>}
 */
export async function openSide(name, uri) {
  const { MongoClient } = name === 'plain' ? loadInstalled() : loadCopy(name);
  const client = new MongoClient(uri, OPTIONS);
  const side = name === 'guarded' ? guarded(client) : unguarded(client);
  await client.connect();
  return side;
}

/**
 * @param {import('mongodb').MongoClient} client
 * @returns {Side}
 */
function guarded(client) {
  const manager = ConnectionManager.adopt(client);
  return {
    client,
    withSession: fn => manager.withSession(fn),
    transact: fn => manager.withTxn(fn),
    close: () => manager.close(),
  };
}

/**
 * @param {import('mongodb').MongoClient} client
 * @returns {Side}
 */
function unguarded(client) {
  return {
    client,
    withSession: fn => client.withSession(fn),
    transact: fn => client.withSession(session => session.withTransaction(() => fn(session))),
    close: () => client.close(),
  };
}
