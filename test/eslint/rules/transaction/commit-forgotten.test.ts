import { driver, testRule } from '../../support/test-rule.ts';

testRule('commit-forgotten', {
  wrong: {
    'a transaction that is only aborted after an error': driver(`export async function ship(id) {
  const session = client.startSession();
  try {
    session.startTransaction(); // ←
    await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
  } catch (error) {
    await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}`),
  },
  right: {
    'a transaction that is left to the end of its session to abort': driver(`export async function dryRun() {
  const session = client.startSession();
  session.startTransaction();
  await orders.updateMany({}, { $set: { shipped: true } }, { session });
  await session.endSession();
}`),
    'an abort on purpose': driver(`export async function dryRun() {
  const session = client.startSession();
  session.startTransaction();
  await orders.updateMany({}, { $set: { shipped: true } }, { session });
  await session.abortTransaction();
  await session.endSession();
}`),
    'a commit by a helper': driver(`export async function ship(id) {
  const session = client.startSession();
  session.startTransaction();
  await orders.updateOne({ _id: id }, { $set: { shipped: true } }, { session });
  await commitWithRetry(session);
  await session.endSession();
}`),
  },
});
