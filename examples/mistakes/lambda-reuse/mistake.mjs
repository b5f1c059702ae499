// @ts-check
// The session is kept from one invocation to the next. The first invocation was cut off in the middle of its transaction; the
// second one unknowingly continues this transaction.
import { MongoClient } from 'mongodb';
import { invoke } from './runtime.mjs';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const orders = client.db().collection('orders');
await orders.insertOne({ first: true });

/** @type {import('mongodb').ClientSession | undefined} */
let session; // survives the invocation

/** @param {{ sku: string, stops?: boolean }} event */
async function handler({ sku, stops = false }) {
  session ??= client.startSession();
  if (!session.inTransaction()) session.startTransaction();
  await orders.insertOne({ sku }, { session }); // ←
  if (stops) return 'timed out'; // the function's time is over
  await session.commitTransaction();
  return 'placed';
}

console.log(await invoke(handler, { sku: 'tea', stops: true }));
console.log(await invoke(handler, { sku: 'cups' }));
const stored = await orders.distinct('sku');
console.log(`stored: ${stored.join(', ')}`);
await session?.endSession();
await client.close();
