import { driver, testRule } from '../../support/test-rule.ts';

testRule('swallowed-error', {
  wrong: {
    'an error that is only logged in a callback': driver(`export const register = user =>
  client.withSession(session =>
    session.withTransaction(async () => {
      try {
        await users.insertOne(user, { session }); // ←
      } catch (error) {
        console.error('not stored', error);
      }
    }),
  );`),
    'a `.catch` that gives undefined': driver(`export const register = user =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await users.insertOne(user, { session }).catch(() => undefined); // ←
      await orders.insertOne({ user: user._id }, { session });
    }),
  );`),
    'a duplicate key that is let pass': driver(`export const register = user =>
  client.withSession(session =>
    session.withTransaction(async () => {
      try {
        await users.insertOne(user, { session }); // ←
      } catch (error) {
        if (error.code !== 11000) throw error;
      }
      await orders.insertOne({ user: user._id }, { session });
    }),
  );`),
    'an error that is caught before the commit by hand': driver(`export async function register(user) {
  const session = client.startSession();
  try {
    session.startTransaction();
    try {
      await users.insertOne(user, { session }); // ←
    } catch (error) {
      console.error(error.message);
    }
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
  },
  right: {
    'a catch around the whole transaction': driver(`export async function register(user) {
  try {
    await client.withSession(session => session.withTransaction(() => users.insertOne(user, { session })));
  } catch (error) {
    console.error(error);
  }
}`),
    'an abort and a return': driver(`export const register = user =>
  client.withSession(session =>
    session.withTransaction(async () => {
      try {
        await users.insertOne(user, { session });
        return true;
      } catch {
        await session.abortTransaction();
        return false;
      }
    }),
  );`),
    'an error that is kept and thrown later': driver(`export const register = user =>
  client.withSession(session =>
    session.withTransaction(async () => {
      let failure;
      try {
        await users.insertOne(user, { session });
      } catch (error) {
        failure = error;
      }
      if (failure) throw failure;
    }),
  );`),
    'a commit in the same `try`': driver(`export async function register(user) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await users.insertOne(user, { session });
    await session.commitTransaction();
  } catch (error) {
    console.error(error);
  } finally {
    await session.endSession();
  }
}`),
    'a duplicate key on a session without a transaction': driver(`export const register = user =>
  client.withSession(async session => {
    try {
      await users.insertOne(user, { session });
    } catch (error) {
      console.log('already there');
    }
  });`),
    'a `catch` around work that is not of the database': driver(`export const register = user =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await users.insertOne(user, { session });
      try {
        await notify(user);
      } catch (error) {
        console.error(error);
      }
    }),
  );`),
  },
});
