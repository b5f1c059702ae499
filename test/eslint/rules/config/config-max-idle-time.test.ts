import { testRule } from '../../support/test-rule.ts';

testRule('config-max-idle-time', {
  wrong: {
    'half a second': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxIdleTimeMS: 500 }); // ←
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
    'an hour': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxIdleTimeMS: 60 * 60 * 1000 }); // ←
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
  },
  right: {
    'a minute': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxIdleTimeMS: 60_000 });
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
    'a probe': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { serverSelectionTimeoutMS: 200, socketTimeoutMS: 500, maxIdleTimeMS: 500 });
await client.db('admin').command({ ping: 1 });`,
  },
});
