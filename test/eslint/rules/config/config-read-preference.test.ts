import { driver, testRule } from '../../support/test-rule.ts';

testRule('config-read-preference', {
  wrong: {
    'an operation in a transaction': driver(`export const read = () =>
  client.withSession(session =>
    session.withTransaction(async () => orders.findOne({}, { session, readPreference: 'secondary' })), // ←
  );`),
    'the options of `startTransaction`': driver(`export async function read() {
  const session = client.startSession();
  try {
    session.startTransaction({ readPreference: 'secondaryPreferred' }); // ←
    await orders.findOne({}, { session });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
  },
  right: {
    'the transaction says primary': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { readPreference: 'secondaryPreferred' });
const orders = client.db().collection('orders');
export async function read() {
  const session = client.startSession({ defaultTransactionOptions: { readPreference: 'primary' } });
  try {
    return await session.withTransaction(async () => orders.findOne({}, { session }));
  } finally {
    await session.endSession();
  }
}`,
    'no transaction': driver(
      `export const read = () => client.withSession(session => orders.findOne({}, { session, readPreference: 'secondary' }));`,
    ),
  },
});
