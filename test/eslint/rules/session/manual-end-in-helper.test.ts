import { driver, testRule, withModels } from '../../support/test-rule.ts';

testRule('manual-end-in-helper', {
  wrong: {
    'an end in the callback of a runner': driver(`export async function place(order) {
  const session = client.startSession();
  await session.withTransaction(async () => {
    await orders.insertOne(order, { session });
    await session.endSession(); // ←
  });
}`),
    'work after a commit by hand': withModels(`export const place = order =>
  mongoose.connection.transaction(async session => {
    await Order.create([order], { session });
    await session.commitTransaction();
    await User.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }); // ←
  });`),
    'an abort and an error': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      try {
        await orders.insertOne(order, { session });
      } catch (error) {
        await session.abortTransaction(); // ←
        throw error;
      }
    }),
  );`),
  },
  right: {
    'an abort and a return': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const { matchedCount } = await orders.updateOne(order, { $set: { open: false } }, { session });
      if (matchedCount === 0) {
        await session.abortTransaction();
        return false;
      }
      return true;
    }),
  );`),
    'a transaction by hand, with its end': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(order, { session });
    await session.commitTransaction();
  } catch (error) {
    await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}`),
  },
});
