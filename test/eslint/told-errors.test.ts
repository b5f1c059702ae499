import { driver, testRule } from './support/test-rule.ts';

const inTransaction = (body: string) =>
  driver(`export const place = (order, state) =>
  client.withSession(session =>
    session.withTransaction(async () => {
      ${body}
    }),
  );`);

const byHand = (body: string) =>
  driver(`export async function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    ${body}
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`);

// An error that is caught, and that the program learns of in another way.
testRule('swallowed-error', {
  wrong: {
    'a result that nobody reads':
      inTransaction(`const stored = await orders.insertOne(order, { session }).catch(() => null); // ←
      await users.insertOne(order, { session });`),
    'a result that the callback gives back': inTransaction(
      `return orders.insertOne(order, { session }).catch(() => false); // ←`,
    ),
    'a result of the callback after a `try`': inTransaction(`try {
        await orders.insertOne(order, { session }); // ←
        return true;
      } catch {
        return false;
      }`),
    'a helper whose result nobody reads': driver(`async function save(order, session) {
  try {
    return await orders.insertOne(order, { session }); // ←
  } catch (error) {
    console.error(error);
  }
}
export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await save(order, session);
      await users.insertOne(order, { session });
    }),
  );`),
    'a variable that the `try` sets for itself alone': inTransaction(`let found;
      try {
        found = await orders.insertOne(order, { session }); // ←
        console.log(found);
      } catch {
        console.log('not stored');
      }`),
  },
  right: {
    'a rejection in place of a throw': inTransaction(
      `await orders.insertOne(order, { session }).catch(() => Promise.reject(new Error('taken')));`,
    ),
    'a method that throws, and one that stops the run': inTransaction(`try {
        await orders.insertOne(order, { session });
      } catch {
        state.throw(409);
      }
      try {
        await orders.insertOne(order, { session });
      } catch {
        state.controller.abort();
      }`),
    'a method of the class itself': driver(`export class Orders {
  place(order) {
    return client.withSession(session =>
      session.withTransaction(async () => {
        try {
          await orders.insertOne(order, { session });
        } catch {
          this.notStored();
        }
      }),
    );
  }
  notStored() {
    throw new Error('not stored');
  }
}`),
    'something that is set for later': inTransaction(`try {
        await orders.insertOne(order, { session });
      } catch {
        state.set('failed', true);
      }
      if (state.get('failed')) throw new Error('not stored');`),
    'the result of `.catch`':
      inTransaction(`const result = await orders.insertOne(order, { session }).catch(error => error);
      if (result instanceof Error) throw result;`),
    'a result that stays empty': inTransaction(`let result;
      try {
        result = await orders.insertOne(order, { session });
      } catch {}
      if (result === undefined) throw new Error('not stored');`),
    'a variable that is set after the write': inTransaction(`let isStored = false;
      try {
        await orders.insertOne(order, { session });
        isStored = true;
      } catch {}
      if (!isStored) throw new Error('not stored');`),
    'a `return` in the `try`, and a `throw` after it': inTransaction(`try {
        await orders.insertOne(order, { session });
        return;
      } catch {}
      throw new Error('not stored');`),
    'a helper that gives back how it went': driver(`async function save(order, session) {
  try {
    await orders.insertOne(order, { session });
    return { isStored: true };
  } catch (error) {
    return { isStored: false, error };
  }
}
export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const { isStored, error } = await save(order, session);
      if (!isStored) throw error;
    }),
  );`),
    'by hand: a `return` that leaves the commit out': byHand(`try {
      await orders.insertOne(order, { session });
    } catch {
      return null;
    }`),
    'by hand: a result that leads to the abort': byHand(`const isStored = await orders
      .insertOne(order, { session })
      .then(() => true)
      .catch(() => false);
    if (!isStored) {
      await session.abortTransaction();
      return false;
    }`),
  },
});
