import { testRule } from '../../support/test-rule.ts';

testRule('config-pool-size', {
  wrong: {
    'two connections for operations at once': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxPoolSize: 2, waitQueueTimeoutMS: 5000 }); // ←
const orders = client.db().collection('orders');
await Promise.all([1, 2, 3].map(id => orders.findOne({ _id: id })));`,
    'more at least than at most': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxPoolSize: 10, minPoolSize: 20 }); // ←
const orders = client.db().collection('orders');
await Promise.all([1, 2, 3].map(id => orders.findOne({ _id: id })));`,
  },
  right: {
    'ten connections': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxPoolSize: 10 });
const orders = client.db().collection('orders');
await Promise.all([1, 2, 3].map(id => orders.findOne({ _id: id })));`,
    'one connection for one operation after the other': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxPoolSize: 1 });
for (const id of [1, 2]) await client.db().collection('orders').findOne({ _id: id });`,
  },
});
