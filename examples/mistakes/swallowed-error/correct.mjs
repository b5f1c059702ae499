// @ts-check
// The program first looks up whether the document exists; an error still leaves the callback, and is caught outside it.
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const orders = client.db().collection('orders');
await orders.insertOne({ sku: 'tea', number: 1 });
await orders.createIndex({ number: 1 }, { unique: true });

let attempts = 0;
await client.withSession(session =>
  session.withTransaction(async () => {
    attempts += 1;
    await orders.insertOne({ sku: 'cups', number: 2 }, { session });
    const known = await orders.findOne({ number: 1 }, { session });
    if (known === null) await orders.insertOne({ sku: 'tea', number: 1 }, { session });
  }),
);
console.log(
  `${await orders.countDocuments()} orders, after ${attempts === 1 ? 'one attempt' : `${attempts} attempts`}`,
);
await client.close();
