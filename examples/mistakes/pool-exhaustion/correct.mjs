// @ts-check
// Slow work takes a few connections at a time and leaves the rest to others.
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

async function someReports() {
  for (let n = 0; n < 2; n += 1) await report();
}

const reports = Promise.all([someReports(), someReports()]);
await new Promise(resolve => setTimeout(resolve, 100));

await orders.findOne({ sku: 'tea' });
console.log(done > 0 ? 'the look-up waited for a report' : 'the look-up waited for no report');
await reports;
await client.close();
