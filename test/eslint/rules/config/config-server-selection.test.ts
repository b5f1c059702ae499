import { testRule } from '../../support/test-rule.ts';

testRule('config-server-selection', {
  wrong: {
    'less than an election': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { serverSelectionTimeoutMS: 200 }); // ←
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
    'five minutes': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { serverSelectionTimeoutMS: 300_000 }); // ←
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
  },
  right: {
    'five seconds': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
    'a probe': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { serverSelectionTimeoutMS: 200, socketTimeoutMS: 500, maxIdleTimeMS: 500 });
await client.db('admin').command({ ping: 1 });`,
  },
});
