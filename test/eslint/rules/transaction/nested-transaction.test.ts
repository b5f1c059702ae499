import { driver, testRule } from '../../support/test-rule.ts';

testRule('nested-transaction', {
  wrong: {
    'a start in a function whose callers have a transaction': driver(`async function add(order, session) {
  session.startTransaction(); // ←
  await orders.insertOne(order, { session });
}
export async function addAll(list) {
  const session = client.startSession();
  session.startTransaction();
  for (const order of list) await add(order, session);
  await session.commitTransaction();
  await session.endSession();
}`),
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
    'a start in a function that asks first, or that is handed on':
      driver(`async function add(order, session) {
  if (!session.inTransaction()) session.startTransaction();
  await orders.insertOne(order, { session });
}
async function begin(session) {
  session.startTransaction();
}
export async function addAll(list, run) {
  const session = client.startSession();
  session.startTransaction();
  for (const order of list) await add(order, session);
  await session.commitTransaction();
  await begin(session);
  await add(list[0], session);
  await session.commitTransaction();
  await session.endSession();
}`),
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
