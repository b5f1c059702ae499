// @ts-check
import { MongoClient } from 'mongodb';

const client = new MongoClient(String(process.env['MONGODB_URI']));
const items = client.db(`preload_${process.pid}`).collection('items');
const session = client.startSession();
await items.insertOne({ _id: Object('one') }, { session });
await session.endSession();
await items.findOne({}, { session }).catch(error => console.log(error.name)); // misuse: use after end
await items.drop();
await client.close();
