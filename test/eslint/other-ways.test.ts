import { driver, testRule } from './support/test-rule.ts';

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
