import { driver } from '../support/test-rule.ts';
import { testSuggestion } from '../support/test-suggestion.ts';

const byHand = (work: string, handler = '', word = 'async ') =>
  driver(`export ${word}function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    ${work}
  } ${handler}finally {
    ${word === '' ? '' : 'await '}session.endSession();
  }
}`);

const returned = 'return orders.insertOne(order, { session });';
const awaitedReturn = { 'return orders': 'return await orders' };

testSuggestion({
  rule: 'unawaited-operation',
  says: 'Await it.',
  offered: {
    'a commit before the end of the session': {
      code: byHand('await orders.insertOne(order, { session });\n    session.commitTransaction();'),
      changes: { 'session.commitTransaction': 'await session.commitTransaction' },
    },
    'a `return` in a `try` whose `finally` ends the session': {
      code: driver(`export async function read(order) {
  const session = client.startSession();
  try {
    return orders.countDocuments({ order }, { session });
  } finally {
    await session.endSession();
  }
}`),
      changes: awaitedReturn,
    },
    'a `return` whose `catch` aborts and throws': {
      code: byHand(
        `await users.insertOne(order, { session });\n    return session.commitTransaction();`,
        'catch (error) {\n    if (session.inTransaction()) await session.abortTransaction();\n    throw error;\n  } ',
      ),
      changes: { 'return session': 'return await session' },
    },
    'the async callback of a list that is waited for': {
      code: driver(`export const place = rows =>
  client.withSession(async session => {
    await Promise.all(rows.map(async row => { orders.findOne({ row }, { session }); }));
  });`),
      changes: { '{ orders.findOne': '{ await orders.findOne' },
    },
  },
  silent: {
    'a `return` whose `catch` would now get the error, and keeps it': byHand(
      returned,
      'catch {\n    return undefined;\n  } ',
    ),
    'a `return` whose `catch` gives back something for one error': byHand(
      returned,
      'catch (error) {\n    if (error.code === 11000) return undefined;\n    throw error;\n  } ',
    ),
    'a `return` in a function that is not async': byHand(returned, '', ''),
    'a variable': driver(`export const place = order =>
  client.withSession(async session => {
    const stored = orders.insertOne(order, { session });
  });`),
    'a `forEach`, which waits for nobody': driver(`export const place = rows =>
  client.withSession(async session => {
    rows.forEach(async row => { orders.insertOne(row, { session }); });
  });`),
  },
});

testSuggestion({
  rule: 'unawaited-operation',
  says: 'Make the callback async, and await it.',
  offered: {
    'a callback of `withTransaction`': {
      code: driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(() => {
      orders.insertOne(order, { session });
    }),
  );`),
      changes: { '(() =>': '(async () =>', 'orders.insertOne': 'await orders.insertOne' },
    },
    'a function with the session as its parameter, and another operation that it returns': {
      code: driver(`export const place = order =>
  client.withSession(function (session) {
    if (order.user) users.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session });
    return orders.insertOne(order, { session });
  });`),
      changes: { 'function (': 'async function (', 'users.updateOne': 'await users.updateOne' },
    },
  },
  silent: {
    'a callback that has a name, and may be called elsewhere': driver(`export const place = order =>
  client.withSession(session => {
    const work = () => {
      orders.insertOne(order, { session });
    };
    return session.withTransaction(work);
  });`),
    'a function inside the callback': driver(`export const place = rows =>
  client.withSession(session =>
    session.withTransaction(() => {
      rows.forEach(row => {
        orders.insertOne(row, { session });
      });
    }),
  );`),
  },
});

testSuggestion({
  rule: 'nested-transaction',
  says: 'Await it.',
  offered: {
    'the commit before the next start': {
      code: byHand(`await orders.insertOne(order, { session });
    session.commitTransaction();
    session.startTransaction();
    await users.insertOne(order, { session });
    await session.commitTransaction();`),
      changes: { '    session.commitTransaction': '    await session.commitTransaction' },
    },
  },
  silent: {
    'a commit that is kept for the next round': driver(`export async function all(rows) {
  const session = client.startSession();
  let committed;
  for (const row of rows) {
    session.startTransaction();
    await orders.insertOne(row, { session });
    committed = session.commitTransaction();
  }
  await committed;
  await session.endSession();
}`),
  },
});

testSuggestion({
  rule: 'client-closed-in-use',
  says: 'Await it.',
  offered: {
    'a write before the close': {
      code: driver(`orders.insertOne({ n: 1 });\nawait client.close();`),
      changes: { 'orders.insertOne': 'await orders.insertOne' },
    },
    'a program with its `catch`': {
      code: driver(`async function main() {
  await orders.insertOne({ n: 1 });
}
main().catch(console.error);
client.close();`),
      changes: { 'main().catch': 'await main().catch' },
    },
    'a `return` in a `try` whose `finally` closes': {
      code: driver(`export async function read() {
  try {
    return orders.findOne({});
  } finally {
    await client.close();
  }
}`),
      changes: awaitedReturn,
    },
  },
  silent: {
    'a close in the callback': driver(
      `await client.withSession(async session => {\n  await orders.insertOne({}, { session });\n  await client.close();\n});`,
    ),
    'a file of CommonJS, whose level has no `await`': `const { MongoClient } = require('mongodb');
const client = new MongoClient(uri);
client.db().collection('orders').insertOne({ n: 1 });
client.close();`,
    'a `forEach`': driver(
      `const rows = [1, 2];\nrows.forEach(async n => { await orders.insertOne({ n }); });\nawait client.close();`,
    ),
  },
});
