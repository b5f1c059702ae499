import { driver, testRule } from './support/test-rule.ts';

testRule('nested-transaction', {
  wrong: {
    'a runner of the same client inside the callback of another': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await client.withSession(async own => {
        await own.withTransaction(async () => { // ←
          await users.insertOne({ _id: order.user }, { session: own });
        });
      });
    }),
  );`),
    '`startTransaction` in the callback of a runner': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      session.startTransaction(); // ←
      await orders.insertOne(order, { session });
    }),
  );`),
    'two starts in a row': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  session.startTransaction(); // ←
  await session.commitTransaction();
  await session.endSession();
}`),
  },
  right: {
    'one after the other on one session': driver(`export async function all(rows) {
  const session = client.startSession();
  try {
    for (const row of rows) {
      session.startTransaction();
      await orders.insertOne(row, { session });
      await session.commitTransaction();
    }
  } finally {
    await session.endSession();
  }
}`),
    'a transaction on another client': driver(`const archive = new MongoClient(other);
export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await archive.withSession(async own => {
        await own.withTransaction(() => archive.db().collection('orders').insertOne(order, { session: own }));
      });
    }),
  );`),
    '`withTxn`, which joins': driver(`export const place = (mongo, order) =>
  mongo.withTxn(async session => {
    await orders.insertOne(order, { session });
    await mongo.withTxn(async inner => users.insertOne({ _id: 1 }, { session: inner }));
  });`),
  },
});
