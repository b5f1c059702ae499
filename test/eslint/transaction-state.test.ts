import { driver, testRule } from './support/test-rule.ts';

testRule('transaction-state', {
  wrong: {
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
