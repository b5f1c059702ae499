// @ts-check
import { ConnectionManager } from '../dist/index.mjs';
import { observeMongoose } from '../dist/mongoose.mjs';
import { loadCopy, loadInstalled, loadMongooseCopy } from './drivers.mjs';

/**
 * One side of a comparison: a connected client, how it runs a transaction, and mongoose on it.
 *
 * @typedef {object} Side
 * @property {import('mongodb').MongoClient} client
 * @property {(fn: (session: import('mongodb').ClientSession) => Promise<unknown>) => Promise<unknown>} withSession
 * @property {(fn: (session: import('mongodb').ClientSession) => Promise<unknown>) => Promise<unknown>} transact
 * @property {() => import('mongoose').Connection} mongoose
 * @property {(connection: import('mongoose').Connection, fn: (session: import('mongodb').ClientSession) => Promise<unknown>) =>
 *   Promise<unknown>} transactMongoose  sets documents back before another attempt, as both ways do
 * @property {() => Promise<void>} close
 */

/** @typedef {'plain' | 'guarded' | 'observed' | 'control'} SideName */

/**
 * `plain`: the installed driver. `guarded`: a copy under a manager. `observed`: the same without protection, as under the
 * preload. `control`: a copy, untouched.
 */
export const SIDES = /** @type {const} */ (['plain', 'guarded', 'observed', 'control']);

const OPTIONS = { maxPoolSize: 64, minPoolSize: 0 };

/**
 * @param {SideName} name
 * @param {string} uri
 * @returns {Promise<Side>}
 */
export async function openSide(name, uri) {
  const { MongoClient } = name === 'plain' ? loadInstalled().driver : loadCopy(name);
  const client = new MongoClient(uri, OPTIONS);
  const how = name === 'guarded' || name === 'observed' ? guarded(client, name) : unguarded(client);
  await client.connect();
  return { ...how, client, mongoose: () => connectionOn(client, name) };
}

/**
 * @param {import('mongodb').MongoClient} client
 * @param {SideName} name
 */
function connectionOn(client, name) {
  const mongoose = name === 'plain' ? loadInstalled().mongoose() : loadMongooseCopy(name);
  if (name === 'guarded' || name === 'observed') observeMongoose(mongoose);
  return mongoose.createConnection().setClient(client);
}

/**
 * @param {import('mongodb').MongoClient} client
 * @param {SideName} name
 * @returns {Omit<Side, 'client' | 'mongoose'>}
 */
function guarded(client, name) {
  const manager = ConnectionManager.adopt(client, { protect: name === 'guarded' });
  return {
    withSession: fn => manager.withSession(fn),
    transact: fn => manager.withTxn(fn),
    transactMongoose: (_connection, fn) => manager.withTxn(fn),
    close: () => manager.close(),
  };
}

/**
 * @param {import('mongodb').MongoClient} client
 * @returns {Omit<Side, 'client' | 'mongoose'>}
 */
function unguarded(client) {
  return {
    withSession: fn => client.withSession(fn),
    transact: fn => client.withSession(session => session.withTransaction(() => fn(session))),
    transactMongoose: (connection, fn) => connection.transaction(fn),
    close: () => client.close(),
  };
}
