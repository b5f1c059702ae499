// @ts-check
// Writes that are not awaited before their session ends: how many are there afterwards?
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`preload_${process.pid}`).collection('items');
await items.insertOne({ first: true });
for (let n = 0; n < 40; n += 1) {
  const session = client.startSession();
  items.insertOne({ n }, { session }).catch(() => undefined);
  await session.endSession();
}
await new Promise(resolve => setTimeout(resolve, 100));
console.log(`${await items.countDocuments({ n: { $exists: true } })} of 40`);
await items.drop();
await client.close();
