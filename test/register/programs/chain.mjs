// @ts-check
// Jobs that start each other, in several ways: what is left of each on the heap? Run with --expose-gc, and with
// --no-opt: optimised code lies on the heap, too.
import { MongoClient } from 'mongodb';
import { allow, ConnectionManager, outsideTxn, scope } from 'session-guard';

const client = new MongoClient(String(process.env['MONGODB_URI']));
await client.connect();
const manager = ConnectionManager.adopt(client, { console: false });
const items = client.db('chain').collection('items');

/** @typedef {() => void} Next  starts the next job */

/** @param {Next} next */
const soon = next => void setImmediate(next);

/** @param {Next} next */
async function byHand(next) {
  const session = client.startSession();
  session.startTransaction();
  await items.findOne({}, { session });
  soon(next);
  await session.commitTransaction();
  await session.endSession();
}

/** @param {Next} next */
function inCallback(next) {
  return async (/** @type {import('mongodb').ClientSession} */ session) => {
    await items.findOne({}, { session });
    soon(next);
  };
}

/** @type {Readonly<Record<string, (next: Next) => Promise<unknown>>>} */
const jobs = {
  async 'after a session that it keeps'(next) {
    const session = client.startSession();
    await items.findOne({}, { session });
    await session.endSession();
    const lines = Array.from({ length: 500 }, () => 0);
    setImmediate(() => session.hasEnded && lines.length > 0 && next());
  },
  'in withTransaction': next => client.withSession(session => session.withTransaction(inCallback(next))),
  'in withTxn': next => manager.withTxn(inCallback(next)),
  'in withSession': next => manager.withSession(inCallback(next)),
  'at the beginning of withTxn': next =>
    manager.withTxn(async session => {
      soon(next);
      await items.findOne({}, { session });
      await items.findOne({}, { session });
    }),
  'in a transaction in another one': next =>
    manager.withTxn(() => manager.withTxn(inCallback(next), { nested: 'new' })),
  'in a transaction by hand': byHand,
  'in scope': next => scope(() => byHand(next)),
  'in outsideTxn': next => outsideTxn(() => byHand(next)),
  'in allow': next => allow('session-leak', 'each job ends its own session', () => byHand(next)),
  'in all of them': next => scope(() => outsideTxn(() => manager.withTxn(inCallback(next)))),
};

function heapUsed() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

/**
 * @param {(next: Next) => Promise<unknown>} run
 * @param {number} times
 * @returns {Promise<number>} the heap when the last job begins, in which all that the chain has left is still in reach
 */
function heapAfter(run, times) {
  return new Promise(resolve => {
    let left = times;
    const job = () => {
      left -= 1;
      if (left > 0) void run(job);
      else finish(heapUsed());
    };
    const finish = (/** @type {number} */ used) => void run(() => {}).then(() => resolve(used));
    job();
  });
}

// In development the places of operations are kept, too: those of a few dozen jobs, until a session has its places read.
const most = process.env['NODE_ENV'] === 'production' ? 2500 : 7000;

/**
 * @param {(next: Next) => Promise<unknown>} run
 * @returns bytes
 */
async function leftOfEach(run) {
  const before = await heapAfter(run, 150);
  return ((await heapAfter(run, 550)) - before) / 400;
}

for (const [name, run] of Object.entries(jobs)) {
  // The end of a chain is kept until a session has its places read, after a random number of jobs: a chain without an end is there each time.
  let left = await leftOfEach(run);
  for (let again = 0; again < 2 && left > most; again += 1) left = Math.min(left, await leftOfEach(run));
  if (left > most) console.log(`${Math.round(left)} bytes are left of each job ${name}`);
}
await client.close();
console.log('all jobs have run');
