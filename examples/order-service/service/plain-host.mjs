// @ts-check
import { MongoClient } from 'mongodb';

/**
 * The driver as it comes.
 *
 * @param {import('./types.d.ts').HostOptions} options
 * @returns {import('./types.d.ts').Host}
 */
export function plainHost({ uri, dbName }) {
  const client = new MongoClient(uri);
  return {
    client,
    db: client.db(dbName),
    startSession: () => client.startSession(),
    withTxn: fn => client.withSession(session => session.withTransaction(() => fn(session))),
    middleware: (_req, _res, next) => next(),
    close: () => client.close(),
  };
}
