import { testRule } from '../../support/test-rule.ts';

testRule('config-wait-queue', {
  wrong: {
    'a small pool without a limit of the wait': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxPoolSize: 2 }); // ←
const orders = client.db().collection('orders');
await Promise.all([1, 2, 3].map(id => orders.findOne({ _id: id })));`,
  },
  right: {
    'a limit by the profile of a manager': `import { ConnectionManager } from 'session-guard';
// session-guard-allow config-pool-size -- at most two at once
const mongo = new ConnectionManager(uri, { profile: 'service', client: { maxPoolSize: 2 } });
const orders = mongo.db().collection('orders');
await Promise.all([1, 2, 3].map(id => orders.findOne({ _id: id })));`,
    'the default pool': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { appName: "web" });
const orders = client.db().collection('orders');
await Promise.all([1, 2, 3].map(id => orders.findOne({ _id: id })));`,
  },
});
