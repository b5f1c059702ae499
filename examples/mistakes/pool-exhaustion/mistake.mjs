// @ts-check
// Slow reports take every connection of the pool; a quick look-up waits behind them.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']), { maxPoolSize: 5 });
const orders = client.db().collection('orders');
await orders.insertOne({ sku: 'tea' });

const report = () => orders.find({ $where: 'sleep(900) || true' }).toArray();
const reports = Promise.all(Array.from({ length: 5 }, report)); // all connections at once
await new Promise(resolve => setTimeout(resolve, 100));

const started = performance.now();
await orders.findOne({ sku: 'tea' }); // ←
const waited = performance.now() - started;
console.log(waited > 500 ? 'the look-up waited more than half a second' : 'the look-up was quick');
await reports;
await client.close();
