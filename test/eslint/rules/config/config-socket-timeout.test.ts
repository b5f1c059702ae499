import { testRule } from '../../support/test-rule.ts';

testRule('config-socket-timeout', {
  wrong: {
    'two seconds': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { socketTimeoutMS: 2000 }); // ←
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
  },
  right: {
    'a minute': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { socketTimeoutMS: 60 * 1000 });
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
    none: `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { socketTimeoutMS: 0 });
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
    'a probe': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { serverSelectionTimeoutMS: 200, socketTimeoutMS: 500, maxIdleTimeMS: 500 });
await client.db('admin').command({ ping: 1 });`,
  },
});
