// @ts-check
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const session = client.startSession();
await session.endSession();
client
  .db('preload')
  .collection('items')
  .findOne({}, { session }) // misuse: use after end
  .catch(() => undefined);
process.exit(0);
