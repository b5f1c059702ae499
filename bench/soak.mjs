// @ts-check
// npm run soak [-- --count=1000000]: sessions and transactions without end under one manager with all rules on. Does memory stay
// flat? Prints the heap as it goes, and ends with code 1 if it has grown.
import { parseArgs } from 'node:util';
import { MongoClient } from 'mongodb';
import { ConnectionManager } from '../dist/index.mjs';
import { startStub } from './stub/start.mjs';

const parsed = parseArgs({ options: { count: { type: 'string', default: '1000000' } } });
const count = Number(parsed.values.count);

/** How many are under way at a time. */
const LANES = 16;
/** Samples of the heap. */
const SAMPLES = 20;
/** The accepted growth of the heap from the first quarter to the last, in MB: twice its noise. */
const MOST_MB = 4;

const collect = globalThis.gc;
if (collect === undefined) throw new Error('Run with --expose-gc: npm run soak does.');

/**
 * @param {boolean} protect
 * @returns whether memory has grown
 */
async function soak(protect) {
  const client = new MongoClient(stub.uri, { maxPoolSize: LANES });
  const manager = ConnectionManager.adopt(client, {
    protect,
    rules: { 'unneeded-session': 'warn' },
    console: false,
  });
  const items = client.db('soak').collection('items');
  const heap = [];
  const started = performance.now();
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await runSteps(Math.ceil(count / SAMPLES), n => steps[n % steps.length]?.(manager, items));
    heap.push(heapMB());
    const done = Math.round((count / SAMPLES) * (sample + 1));
    console.log(`${protect ? 'protected' : 'observed'}: ${done} sessions, ${heap.at(-1)?.toFixed(1)} MB`);
  }
  const seconds = (performance.now() - started) / 1000;
  await manager.close();
  const growth = mean(heap.slice(-SAMPLES / 4)) - mean(heap.slice(0, SAMPLES / 4));
  console.log(
    `grown by ${growth.toFixed(2)} MB in ${seconds.toFixed(0)} s; findings: ${JSON.stringify(manager.stats().findings)}`,
  );
  return growth > MOST_MB;
}

/**
 * The operations of a lane with each session.
 *
 * @type {readonly ((manager: ConnectionManager, items: import('mongodb').Collection) => Promise<unknown>)[]}
 */
const steps = [
  (manager, items) => manager.withTxn(session => items.insertOne({}, { session })),
  (manager, items) => manager.withSession(session => items.insertOne({}, { session })),
  (manager, items) =>
    manager.client.withSession(session => session.withTransaction(() => items.findOne({}, { session }))),
  async (manager, items) => {
    const session = manager.startSession();
    session.startTransaction();
    await items.insertOne({}, { session });
    await session.abortTransaction();
    await session.endSession();
  },
];

/**
 * @param {number} wanted
 * @param {(n: number) => Promise<unknown> | undefined} step
 */
async function runSteps(wanted, step) {
  let next = 0;
  const lane = async () => {
    while (next < wanted) {
      next += 1;
      await step(next);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

function heapMB() {
  collect?.();
  collect?.();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

const stub = await startStub();
let grown = false;
for (const protect of [true, false]) grown = (await soak(protect)) || grown;
stub.stop();
process.exitCode = grown ? 1 : 0;
