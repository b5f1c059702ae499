import { driver, testRule, withModels } from '../../support/test-rule.ts';

testRule('use-after-end', {
  wrong: {
    'an operation after `finally` has ended the session': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await orders.insertOne(order, { session });
  } finally {
    await session.endSession();
  }
  await users.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }); // ←
}`),
    '`startTransaction` after the end': driver(`export async function twice(order) {
  const session = client.startSession();
  await orders.insertOne(order, { session });
  await session.endSession();
  session.startTransaction(); // ←
}`),
    'a cursor that leaves `withSession`': driver(
      `export const open = () => client.withSession(async session => orders.find({}, { session })); // ←`,
    ),
    'a timer in a callback': driver(`export const place = order =>
  client.withSession(async session => {
    await orders.insertOne(order, { session });
    setTimeout(() => users.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }), 1000); // ←
  });`),
  },
  right: {
    'a timer whose time the callback waits for': driver(`export const place = order =>
  client.withSession(async session => {
    setTimeout(() => orders.insertOne(order, { session }), 5);
    await new Promise(resolve => setTimeout(resolve, 500));
  });`),
    'an end in a branch that leaves': driver(`export async function place(order) {
  const session = client.startSession();
  if (order === undefined) {
    await session.endSession();
    return;
  }
  await orders.insertOne(order, { session });
  await session.endSession();
}`),
    'a new session in each round of a loop': driver(`export async function all(rows) {
  for (const row of rows) {
    const session = client.startSession();
    await orders.insertOne(row, { session });
    await session.endSession();
  }
}`),
    'a cursor that is read inside': driver(
      `export const open = () => client.withSession(async session => orders.find({}, { session }).toArray());`,
    ),
    'a timer that the callback waits for': driver(`export const place = order =>
  client.withSession(
    session =>
      new Promise((resolve, reject) => {
        setTimeout(() => orders.insertOne(order, { session }).then(resolve, reject), 10);
      }),
  );`),
    'a query of mongoose, which `withSession` waits for': withModels(
      `export const all = connection => connection.withSession(async session => Order.find({}).session(session));`,
    ),
  },
});
