// @ts-check
// The client is kept from one invocation to the next; each invocation starts and ends its own session.
import { MongoClient } from 'mongodb';
import { invoke } from './runtime.mjs';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const orders = client.db().collection('orders');
await orders.insertOne({ first: true });

/** @param {{ sku: string, stops?: boolean }} event */
async function handler({ sku, stops = false }) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne({ sku }, { session });
    if (stops) return 'timed out'; // the function's time is over
    await session.commitTransaction();
    return 'placed';
  } finally {
    await session.endSession(); // aborts the transaction if it is not committed
  }
}

console.log(await invoke(handler, { sku: 'tea', stops: true }));
console.log(await invoke(handler, { sku: 'cups' }));
const stored = await orders.distinct('sku');
console.log(`stored: ${stored.join(', ')}`);
await client.close();
