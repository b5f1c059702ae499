import { testRule } from '../../support/test-rule.ts';

testRule('config-write-concern', {
  wrong: {
    'a transaction of a client with w: 1': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { writeConcern: { w: 1 } });
const session = client.startSession();
await session.withTransaction(async () => { // ←
  await client.db().collection('orders').insertOne({ _id: 1 }, { session });
});
await session.endSession();`,
    'a write with a session of a client with w: 0': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { writeConcern: { w: 0 } });
const session = client.startSession();
await client.db().collection('orders').insertOne({ _id: 1 }, { session }); // ←
await session.endSession();`,
  },
  right: {
    'the transaction has its own': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { writeConcern: { w: 1 } });
const session = client.startSession();
await session.withTransaction(() => client.db().collection('orders').insertOne({ _id: 1 }, { session }), {
  writeConcern: { w: 'majority' },
});
await session.endSession();`,
    'no session': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { writeConcern: { w: 0 } });
await client.db().collection('visits').insertOne({ _id: 1 });`,
  },
});
