import { MongoClient } from 'mongodb';

const uri: string = String(process.env['MONGODB_URI']);
const client: MongoClient = new MongoClient(uri);
const session = client.startSession();
await session.endSession();
await client
  .db('typed')
  .collection('items')
  .findOne({}, { session })
  .catch(() => undefined); // misuse: use after end
await client.close();
