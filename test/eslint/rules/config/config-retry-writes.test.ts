import { testRule } from '../../support/test-rule.ts';

testRule('config-retry-writes', {
  wrong: {
    'off, and a write': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { retryWrites: false }); // ←
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
  },
  right: {
    on: `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { retryWrites: true });
const orders = client.db().collection('orders');
await orders.insertOne({ _id: 1 });`,
    'off, and only reads': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { retryWrites: false });
await client.db().collection('orders').findOne({});`,
  },
});
