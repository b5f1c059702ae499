// @ts-check
// The session ends before the insert is done, because the insert is not awaited.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const orders = client.db().collection('orders');

/** @param {string} sku */
async function placeOrder(sku) {
  const session = client.startSession();
  orders.insertOne({ sku }, { session }).catch(error => console.error(`not stored: ${error.message}`)); // ← no await
  await session.endSession();
}

for (let n = 0; n < 20; n += 1) await placeOrder('tea');
await new Promise(resolve => setTimeout(resolve, 200));
console.log(`${await orders.countDocuments()} of 20 orders are stored`);
await client.close();
