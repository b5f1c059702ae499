// @ts-check
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { load } from './load.mjs';
import { cursorsLeft, transactionsStarted } from './server-counts.mjs';
import { startService } from './service-process.mjs';
import { tidyAfter } from './tidy.mjs';

/** @typedef {import('./case.d.ts').Case} Case */
/** @typedef {import('./case.d.ts').Outcome} Outcome */
/** @typedef {import('./service-process.mjs').ServiceProcess} ServiceProcess */
/** @typedef {import('../service/types.d.ts').Shop} Shop */

/** The wait before the count, for operations that the service has begun and not awaited. */
const SETTLE_MS = 250;

const COLLECTIONS = ['orders', 'products', 'lines', 'customers', 'reviews', 'refusals'];

/**
 * @typedef {object} Run
 * @property {import('mongodb').MongoClient} auditor  the demo's own client, which nothing observes
 * @property {string} uri
 * @property {number} count                           of requests
 * @property {'plain' | 'guarded'} side
 * @property {object} [options]                       of the guarded side
 */

/**
 * Runs the requests of one case against one service, on a new database.
 *
 * @param {Case} example
 * @param {Run} run
 * @returns {Promise<Outcome>}
 */
export async function runCase(example, { auditor, uri, side, count, options }) {
  const dbName = `shop_${randomBytes(3).toString('hex')}`;
  const db = auditor.db(dbName);
  return tidyAfter(
    () => drop(auditor, dbName),
    async () => {
      await prepare(db, example, count);
      const service = await startService(side, example.route, { uri, dbName, options });
      return tidyAfter(service.stop, () => measure(auditor, db, service, example, count));
    },
  );
}

/**
 * Only from somebody's own server: the demo's is thrown away as a whole.
 *
 * @param {import('mongodb').MongoClient} auditor
 * @param {string} dbName
 */
async function drop(auditor, dbName) {
  if (process.env['MONGODB_URI']) await auditor.db(dbName).dropDatabase();
}

/**
 * @param {Shop} db
 * @param {Case} example
 * @param {number} count
 */
async function prepare(db, example, count) {
  // A collection that is made inside a transaction keeps others waiting.
  for (const name of COLLECTIONS) await db.createCollection(name);
  await example.seed?.(db, count);
}

/**
 * @param {import('mongodb').MongoClient} auditor
 * @param {Shop} db
 * @param {ServiceProcess} service
 * @param {Case} example
 * @param {number} count
 * @returns {Promise<Outcome>}
 */
async function measure(auditor, db, service, example, count) {
  const before = await transactionsStarted(auditor);
  const begin = performance.now();
  const answers = await load(service.origin, example.lanes(count));
  const seconds = (performance.now() - begin) / 1000;
  await setTimeout(SETTLE_MS);
  const transactions = (await transactionsStarted(auditor)) - before;
  const openCursors = await cursorsLeft(auditor, db);
  const report = await service.report();
  // It may still be retrying: nothing may change while it is counted.
  await service.stop();
  return {
    ...(await example.audit({ db, answers, openCursors })),
    answers,
    seconds,
    transactions,
    ...report,
  };
}
