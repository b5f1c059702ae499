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

testRule('nested-transaction', {
  wrong: {},
  right: {
    'a start in each branch': driver(`export const place = (order, isStrong) =>
  client.withSession(async session => {
    if (isStrong) session.startTransaction({ writeConcern: { w: 'majority' } });
    else session.startTransaction();
    await orders.insertOne(order, { session });
    await session.commitTransaction();
  });`),
  },
});

testRule('session-leak', {
  wrong: {
    'a helper at the end of the function, which one way out does not call':
      driver(`export async function place(order) {
  const session = client.startSession(); // ←
  if (order.isOld) return null;
  await orders.insertOne(order, { session });
  return finish(order);
  async function finish(value) {
    await session.endSession();
    return value;
  }
}`),
  },
  right: {
    'a helper at the end of the function, which every way out calls':
      driver(`export async function place(order) {
  const session = client.startSession();
  const found = await orders.findOne({ _id: order._id }, { session });
  if (found) {
    await cleanUp();
    return found;
  }
  if (order.isOld) return finish(null);
  await orders.insertOne(order, { session });
  return finish(order);
  async function finish(value) {
    await cleanUp();
    return value;
  }
  async function cleanUp() {
    await session.endSession();
  }
}`),
    'a helper that is a listener, too': driver(`export async function place(request, response) {
  const session = client.startSession();
  const cleanUp = () => session.endSession();
  response.once('close', cleanUp);
  if (!request.body) {
    response.end();
    return;
  }
  await orders.insertOne(request.body, { session });
  await cleanUp();
}
export async function find(request, response) {
  const session = client.startSession();
  const cleanUp = () => session.endSession();
  response.once('close', () => cleanUp());
  if (!request.body) return;
  await orders.findOne(request.body, { session });
  await cleanUp();
}`),
  },
});

testRule('transaction-state', {
  wrong: {},
  right: {
    'a function of another file that starts it': driver(`import { begin } from './unit.js';
export async function place(order) {
  const session = client.startSession();
  try {
    await begin({ session });
    await orders.insertOne(order, { session });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
    'an object of another file that starts it': driver(`import { Unit } from './unit.js';
export async function place(order) {
  const session = client.startSession();
  try {
    await new Unit({ session }).begin();
    await orders.insertOne(order, { session });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
    'after the commit only what does not reject': driver(`import { mail } from './mail.js';
export async function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(order, { session });
    await session.commitTransaction();
    await mail(order).catch(console.error);
    await Promise.allSettled([mail(order), mail(order)]);
  } catch (error) {
    await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}`),
  },
});

testRule('parallel-in-transaction', {
  wrong: {},
  right: {
    'elements that wait for a lock': driver(`import { Mutex } from 'async-mutex';
const mutex = new Mutex();
export const load = rows =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await Promise.all(
        rows.map(async row => {
          const release = await mutex.acquire();
          try {
            await orders.insertOne(row, { session });
          } finally {
            release();
          }
        }),
      );
    }),
  );`),
  },
});
