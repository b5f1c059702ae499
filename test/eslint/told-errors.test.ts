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
    'a helper that calls itself, and whose result nobody reads':
      driver(`async function saveAll(rows, session) {
  const [first, ...rest] = rows;
  if (first === undefined) return true;
  try {
    await orders.insertOne(first, { session }); // ←
  } catch (error) {
    console.error(error);
    return false;
  }
  return saveAll(rest, session);
}
export const place = rows =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await saveAll(rows, session);
    }),
  );`),
    'by hand: the next round of a loop, with the commit behind the loop':
      byHand(`for (const row of order.rows) {
      try {
        await orders.insertOne(row, { session }); // ←
      } catch (error) {
        console.error(error);
        continue;
      }
    }`),
    'a number of what was stored': driver(`export async function importAll(rows) {
  let imported = 0;
  await client.withSession(session =>
    session.withTransaction(async () => {
      for (const row of rows) {
        try {
          await orders.insertOne(row, { session }); // ←
          imported += 1;
        } catch (error) {
          console.warn('skipped', error);
        }
      }
    }),
  );
  return imported;
}`),
    'a variable that the callback only gives back': inTransaction(`let result;
      try {
        result = await orders.insertOne(order, { session }); // ←
      } catch (error) {
        console.error(error);
      }
      return result;`),
    'results of `map` that nobody reads': inTransaction(`await Promise.all(
        order.lines.map(async line => {
          try {
            return await orders.insertOne(line, { session }); // ←
          } catch (error) {
            console.error(error);
            return null;
          }
        }),
      );`),
    'a `throw` in a branch behind the `try`': inTransaction(`for (const line of order.lines) {
        try {
          await orders.insertOne(line, { session }); // ←
          continue;
        } catch (error) {
          console.error(error);
        }
      }
      if (order.lines.length === 0) throw new Error('empty');`),
  },
  right: {
    'results of `map` that are read': inTransaction(`const stored = [];
      for (const line of order.lines) {
        const one = await save(line);
        stored.push(one);
      }
      async function save(line) {
        try {
          await orders.insertOne(line, { session });
          return true;
        } catch {
          return false;
        }
      }
      if (stored.includes(false)) throw new Error('not stored');`),
    'a `throw` behind the loop with the `try`': inTransaction(`for (const id of [1, 2]) {
        try {
          await orders.insertOne({ ...order, _id: id }, { session });
          return;
        } catch {}
      }
      throw new Error('not stored');`),
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
