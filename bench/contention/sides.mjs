// @ts-check
import { ConnectionManager } from '../../dist/index.mjs';
import { loadCopy, loadInstalled } from '../drivers.mjs';
import { openNestCls } from './nest-cls.mjs';

/** @typedef {import('./workload.mjs').Side} Side */

const OPTIONS = { maxPoolSize: 100 };

/** @type {Readonly<Record<string, (uri: string) => Promise<Side>>>} */
const OPENERS = {
  driver: async uri => {
    const client = await new (loadInstalled().driver.MongoClient)(uri, OPTIONS).connect();
    return {
      name: 'driver',
      client,
      transact: fn => client.withSession(session => session.withTransaction(() => fn(session))),
      close: () => client.close(),
    };
  },
  mongoose: async uri => {
    const connection = await loadInstalled().mongoose().createConnection(uri, OPTIONS).asPromise();
    return {
      name: 'mongoose',
      client: connection.getClient(),
      transact: fn => connection.transaction(session => fn(session)),
      close: () => connection.close(),
    };
  },
  '@nestjs-cls/transactional': uri => openNestCls(uri, OPTIONS),
  'session-guard': uri => guarded('session-guard', uri, () => ({})),
  'session-guard, serializeBy': uri =>
    guarded('session-guard, serializeBy', uri, document => ({ serializeBy: document })),
};

export const SIDES = Object.keys(OPENERS);

/** @param {string} name @param {string} uri */
export function openSide(name, uri) {
  const open = OPENERS[name];
  if (open === undefined) throw new Error(`There is no side '${name}'. The sides: ${SIDES.join(', ')}.`);
  return open(uri);
}

/**
 * @param {string} name
 * @param {string} uri
 * @param {(document: number) => import('../../dist/index.mjs').WithTxnOptions} optionsOf
 * @returns {Promise<Side>}
 */
async function guarded(name, uri, optionsOf) {
  const client = new (loadCopy('guarded').MongoClient)(uri, OPTIONS);
  const manager = ConnectionManager.adopt(client, { console: false });
  await manager.connect();
  return {
    name,
    client,
    transact: (fn, document) => manager.withTxn(fn, optionsOf(document)),
    close: () => manager.close(),
  };
}
