// @ts-check
// The insert is awaited, and the session ends in a finally block.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const orders = client.db().collection('orders');

/** @param {string} sku */
async function placeOrder(sku) {
  const session = client.startSession();
  try {
    await orders.insertOne({ sku }, { session });
  } finally {
    await session.endSession();
  }
}

for (let n = 0; n < 20; n += 1) await placeOrder('tea');
console.log(`${await orders.countDocuments()} of 20 orders are stored`);
await client.close();
