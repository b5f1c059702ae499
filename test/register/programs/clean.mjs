// @ts-check
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`preload_${process.pid}`).collection('items');
await client.withSession(async session => {
  await session.withTransaction(async () => {
    await items.insertOne({}, { session });
    await items.countDocuments({}, { session });
  });
});
await items.drop();
await client.close();
