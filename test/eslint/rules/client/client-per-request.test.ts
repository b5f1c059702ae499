import { driver, testRule } from '../../support/test-rule.ts';

testRule('client-per-request', {
  wrong: {
    'a client in a route': `import express from 'express';
import { MongoClient } from 'mongodb';
const app = express();
app.get('/orders', async (req, res) => {
  const client = new MongoClient(process.env.MONGODB_URI); // ←
  res.json(await client.db().collection('orders').find({}).toArray());
  await client.close();
});`,
    'a client in a function that a handler calls': `import { MongoClient } from 'mongodb';
async function connect() {
  const client = await MongoClient.connect(process.env.MONGODB_URI); // ←
  return client.db();
}
export const handler = async event => {
  const db = await connect();
  return db.collection('orders').findOne({ _id: event.id });
};`,
  },
  right: {
    'a client of the module': driver(
      `export const handler = async event => orders.findOne({ _id: event.id });`,
    ),
    'a cache that is filled once': `import { MongoClient } from 'mongodb';
let cached;
function connect() {
  cached ??= new MongoClient(process.env.MONGODB_URI).connect();
  return cached;
}
export const handler = async event => (await connect()).db().collection('orders').findOne({ _id: event.id });`,
    'a client for each tenant': `import { MongoClient } from 'mongodb';
export const handler = async event => {
  const client = new MongoClient(event.tenantUri);
  return client.db().collection('orders').findOne({});
};`,
    'a script with a client for each step': `import { MongoClient } from 'mongodb';
for (const name of ['a', 'b']) {
  const client = new MongoClient(uri);
  await client.db(name).collection('orders').deleteMany({});
  await client.close();
}`,
  },
});
