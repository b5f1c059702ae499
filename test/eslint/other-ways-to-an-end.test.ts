import { driver, testRule } from './support/test-rule.ts';

// An end that stands before a use in the text, and does not run before it.
testRule('use-after-end', {
  wrong: {
    'an end in a `try` whose handler goes on': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await orders.insertOne(order, { session });
    await session.endSession();
  } catch (error) {
    console.error(error);
  }
  await users.insertOne(order, { session }); // ←
}`),
    'a question that stands before the end': driver(`export async function place(order) {
  const session = client.startSession();
  if (!session.hasEnded) {
    await session.endSession();
    await orders.insertOne(order, { session }); // ←
  }
}`),
    'a question with the other answer': driver(`export async function place(order) {
  const session = client.startSession();
  await session.endSession();
  if (session.hasEnded) await orders.insertOne(order, { session }); // ←
}`),
    'a question about another session': driver(`export async function place(order, other) {
  const session = client.startSession();
  await session.endSession();
  if (!other.hasEnded) await orders.insertOne(order, { session }); // ←
}`),
    'the `finally` of a `try` that returns': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await session.endSession();
    return true;
  } finally {
    await orders.insertOne(order, { session }); // ←
  }
}`),
  },
  right: {
    'the handler of the `try` that ends it': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await orders.insertOne(order, { session });
    await session.endSession();
  } catch (error) {
    await users.insertOne({ failed: String(error) }, { session });
    await session.endSession();
    throw error;
  }
}`),
    'a `return` after the end': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await orders.insertOne(order, { session });
    await session.endSession();
    return true;
  } catch (error) {
    console.warn('once more', error);
  }
  await orders.insertOne(order, { session });
  await session.endSession();
  return false;
}`),
    'both ways of an `if` leave after the end': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await orders.insertOne(order, { session });
    await session.endSession();
    if (order.isNew) return 'new';
    else return 'old';
  } catch (error) {
    console.warn('once more', error);
  }
  await orders.insertOne(order, { session });
  await session.endSession();
  return 'once more';
}`),
    'the other branch of an `if`, and of a condition': driver(`export async function place(order) {
  const session = client.startSession();
  if (order.isOld) {
    await session.endSession();
  } else {
    await orders.insertOne(order, { session });
    await session.endSession();
  }
}
export async function find(order) {
  const session = client.startSession();
  await (order.isOld ? session.endSession() : orders.findOne(order, { session }).finally(() => session.endSession()));
}`),
    'a question whether it has ended': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await orders.insertOne(order, { session });
    await session.endSession();
  } finally {
    if (!session.hasEnded) {
      await users.insertOne({ failed: true }, { session });
      await session.endSession();
    }
  }
}`),
    'a `break` out of a block with a label': driver(`export async function place(order) {
  const session = client.startSession();
  find: {
    const found = await orders.findOne({ _id: order._id }, { session });
    if (found === null) break find;
    await session.endSession();
    return found;
  }
  await orders.insertOne(order, { session });
  await session.endSession();
  return order;
}`),
  },
});

testRule('client-use-after-close', {
  wrong: {},
  right: {
    'the handler of the `try` that closes it': driver(`try {
  await orders.insertOne({ _id: 1 });
  await client.close();
} catch (error) {
  await orders.insertOne({ failed: String(error) });
  await client.close();
}`),
    'a `return` after the close': driver(`export async function run() {
  try {
    await orders.insertOne({ _id: 1 });
    await client.close();
    return;
  } catch (error) {
    console.warn('once more', error);
  }
  await orders.insertOne({ _id: 2 });
  await client.close();
}`),
  },
});

testRule('client-use-after-close', {
  wrong: {},
  right: {
    'a client that is created again': `import { MongoClient } from 'mongodb';
let client = new MongoClient(uri);
export async function again() {
  await client.close();
  client = new MongoClient(uri);
  await client.db().collection('orders').insertOne({ _id: 1 });
}`,
  },
});
