// @ts-check
// Slow work takes a few connections at a time and leaves the rest to others.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']), { maxPoolSize: 5 });
const orders = client.db().collection('orders');
await orders.insertOne({ sku: 'tea' });

const report = () => orders.find({ $where: 'sleep(300) || true' }).toArray();

async function someReports() {
  for (let n = 0; n < 3; n += 1) await report();
}

const reports = Promise.all([someReports(), someReports()]);
await new Promise(resolve => setTimeout(resolve, 100));

const started = performance.now();
await orders.findOne({ sku: 'tea' });
const waited = performance.now() - started;
console.log(waited > 500 ? 'the look-up waited more than half a second' : 'the look-up was quick');
await reports;
await client.close();
