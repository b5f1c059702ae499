// A worker without a server: a change stream takes stock for each new order, and a job runs on a schedule.
//   MONGODB_URI=mongodb://localhost/shop node examples/services/worker.mjs

import { ConnectionManager, gracefulStop, scope } from 'session-guard';

const { REPORT_EVERY_MS = 60_000, GRACE_MS = 28_000 } = process.env;

const mongo = new ConnectionManager(process.env.MONGODB_URI, { profile: 'worker', logger: console });
/** @typedef {{ _id: string, sku: string, counted?: boolean }} Order */
/** @type {import('mongodb').Collection<Order>} */
const orders = mongo.db().collection('orders');
/** @type {import('mongodb').Collection<{ _id: string, left: number }>} */
const stock = mongo.db().collection('stock');

/** @type {import('mongodb').ChangeStream<Order, import('mongodb').ChangeStreamInsertDocument<Order>>} */
const changes = orders.watch([{ $match: { operationType: 'insert' } }]);
await changes.tryNext(); // opens it

/** Every minute: how much is left. A scope is waited for by the stop, and named in findings. */
const timer = setInterval(() => {
  scope(report, { route: 'report' }).catch(error => console.error('report', error));
}, Number(REPORT_EVERY_MS));

async function report() {
  const [{ left = 0 } = {}] = await stock
    .aggregate([{ $group: { _id: null, left: { $sum: '$left' } } }])
    .toArray();
  console.log('left', left);
}

/**
 * An order that comes again is counted once.
 * @param {Order} order
 */
async function count({ _id: order, sku }) {
  await mongo.withTxn(async session => {
    const fresh = { _id: order, counted: { $ne: true } };
    const marked = await orders.updateOne(fresh, { $set: { counted: true } }, { session });
    if (marked.modifiedCount === 1) await stock.updateOne({ _id: sku }, { $inc: { left: -1 } }, { session });
  });
  console.log('counted', order);
}

/** First the orders that came while no worker ran. The stream is open by then: none is missed in between, and some come twice. */
async function* uncounted() {
  yield* orders.find({ counted: { $ne: true } });
  for await (const { fullDocument } of changes) yield fullDocument;
}

const stop = gracefulStop(null, mongo, {
  graceMS: Number(GRACE_MS),
  onStop() {
    clearInterval(timer);
    return changes.close();
  },
});

console.log('works');
try {
  for await (const order of uncounted()) {
    if (stop.signal.aborted) break;
    await scope(() => count(order), { route: 'count' });
  }
} catch (error) {
  // The stop has closed the stream. Any other error ends the process, and its platform starts it again.
  if (!stop.signal.aborted) throw error;
}
