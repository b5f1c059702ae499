// @ts-check

/**
 * How one side runs a transaction.
 *
 * @typedef {object} Side
 * @property {string} name
 * @property {import('mongodb').MongoClient} client
 * @property {(fn: (session: import('mongodb').ClientSession) => Promise<void>, document: number) => Promise<unknown>} transact
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} Load
 * @property {string} database
 * @property {number} documents  hot ones; 0: each transaction has documents of its own
 * @property {number} workers
 * @property {number} seconds
 */

/**
 * @typedef {object} Result
 * @property {number} committed
 * @property {number} rejected
 * @property {number} attempts
 * @property {number} seconds
 * @property {number} cpuMS      of this process, in the driver and in us
 * @property {readonly number[]} latencies  of each call, in milliseconds
 */

/**
 * Workers that each run one transaction after another: read a counter, write it, and add a line to a ledger.
 *
 * @param {Side} side
 * @param {Load} load
 * @returns {Promise<Result>}
 */
export async function run(side, { database, documents, workers, seconds }) {
  const db = side.client.db(database);
  /** @type {import('mongodb').Collection<{ _id: number, n: number }>} */
  const counters = db.collection('counters');
  const ledger = db.collection('ledger');
  let own = 0;
  const result = { committed: 0, rejected: 0, attempts: 0, latencies: /** @type {number[]} */ ([]) };
  const cpu = process.cpuUsage();
  const started = performance.now();
  const work = async () => {
    while (performance.now() - started < seconds * 1000) {
      const id = documents === 0 ? (own += 1) : Math.floor(Math.random() * documents);
      const begun = performance.now();
      try {
        await side.transact(async session => {
          result.attempts += 1;
          const found = await counters.findOne({ _id: id }, { session });
          const update = { $set: { n: (found?.n ?? 0) + 1 } };
          await counters.updateOne({ _id: id }, update, { session, upsert: documents === 0 });
          await ledger.insertOne({ counter: id }, { session });
        }, id);
        result.committed += 1;
      } catch {
        result.rejected += 1;
      }
      result.latencies.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const { user, system } = process.cpuUsage(cpu);
  return { ...result, seconds: (performance.now() - started) / 1000, cpuMS: (user + system) / 1000 };
}

/**
 * Each round has fresh documents, and every one of them is there.
 *
 * @param {import('mongodb').MongoClient} client  not of a side
 * @param {Load} load
 */
export async function prepare(client, { database, documents }) {
  const db = client.db(database);
  await db.dropDatabase();
  await db.createCollection('ledger');
  const all = Array.from({ length: Math.max(1, documents) }, (_, n) => ({ _id: n, n: 0 }));
  await db.collection('counters').insertMany(/** @type {object[]} */ (all));
}

/**
 * Every committed transaction must be in its counter and in the ledger.
 *
 * @param {import('mongodb').MongoClient} client
 * @param {Load} load
 * @param {number} committed
 */
export async function check(client, { database }, committed) {
  const db = client.db(database);
  const lines = await db.collection('ledger').countDocuments();
  const counted = (await db.collection('counters').find().toArray()).reduce((sum, { n }) => sum + n, 0);
  if (lines !== committed || counted !== committed)
    throw new Error(`${committed} committed, ${lines} in the ledger, ${counted} counted`);
}
