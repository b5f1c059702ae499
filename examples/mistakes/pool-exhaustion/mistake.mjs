// @ts-check
// Slow reports take every connection of the pool, and a quick look-up has to wait for them.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']), { maxPoolSize: 5 });
const orders = client.db().collection('orders');
await orders.insertOne({ sku: 'tea' });

let done = 0;
const report = () =>
  orders
    .find({ $where: 'sleep(2000) || true' })
    .toArray()
    .then(() => (done += 1));
const reports = Promise.all(Array.from({ length: 5 }, report)); // all connections at once
await new Promise(resolve => setTimeout(resolve, 100));

await orders.findOne({ sku: 'tea' }); // ←
console.log(done > 0 ? 'the look-up waited for a report' : 'the look-up waited for no report');
await reports;
await client.close();
