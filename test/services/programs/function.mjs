// @ts-check
// A function of a platform that freezes it between calls: each message is one call. Its writes are of the kind that the driver
// does not send again.
import { ConnectionManager } from 'session-guard';
import { invocation } from 'session-guard/serverless';

const mongo = new ConnectionManager(process.env['MONGODB_URI']);
const orders = mongo.db().collection('orders');

const handler = invocation(mongo, async (/** @type {number} */ n) => {
  await Promise.all(Array.from({ length: 5 }, () => orders.updateMany({}, { $set: { n } })));
  return `done ${n}`;
});

process.on('message', n => {
  void handler(Number(n)).then(
    answer => process.send?.(answer),
    error => process.send?.(String(error)),
  );
});
