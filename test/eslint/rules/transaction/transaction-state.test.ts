import { driver, testRule } from '../../support/test-rule.ts';

testRule('transaction-state', {
  wrong: {
    'an abort after `withTransaction` has failed, and a commit after it':
      driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await session.withTransaction(() => orders.insertOne(order, { session }));
    await session.commitTransaction(); // ←
  } catch (error) {
    await session.abortTransaction(); // ←
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'a commit without a start': driver(`export const place = order =>
  client.withSession(async session => {
    await orders.insertOne(order, { session });
    await session.commitTransaction(); // ←
  });`),
    'an abort in the catch-all of what follows the commit': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  try {
    await orders.insertOne(order, { session });
    await session.commitTransaction();
    await notify(order);
  } catch (error) {
    await session.abortTransaction(); // ←
    throw error;
  } finally {
    await session.endSession();
  }
}`),
  },
  right: {
    'an abort that asks first, or whose error is dropped, after a runner':
      driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await session.withTransaction(() => orders.insertOne(order, { session }));
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction();
    await session.abortTransaction().catch(() => {});
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'a transaction by hand after a runner': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await session.withTransaction(() => orders.insertOne(order, { session }));
    session.startTransaction();
    await orders.updateOne({ _id: order._id }, { $set: { seen: true } }, { session });
    await session.commitTransaction();
  } catch (error) {
    await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'what follows the commit keeps its errors to itself': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  try {
    await orders.insertOne(order, { session });
    await session.commitTransaction();
    try {
      await sendMail(order);
    } catch (error) {
      console.error(error);
    }
  } catch (error) {
    await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'an abort that asks first': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  try {
    await orders.insertOne(order, { session });
    await session.commitTransaction();
    await notify(order);
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'helpers that end what others have started': driver(`export async function commit(session) {
  await session.commitTransaction();
  await session.endSession();
}`),
  },
});
