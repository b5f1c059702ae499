import { driver, testRule, withModels } from './support/test-rule.ts';

// Work that a library runs for several elements at once.
testRule('parallel-in-transaction', {
  wrong: {
    '`eachAsync` with `parallel`': withModels(`export const close = () =>
  mongoose.connection.transaction(async session => {
    await Order.find({ open: true }).session(session).cursor().eachAsync(
      async order => {
        await User.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }); // ←
      },
      { parallel: 5 },
    );
  });`),
    'p-limit in `Promise.all`': driver(`import pLimit from 'p-limit';
const limit = pLimit(5);
export const importAll = rows =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await Promise.all(rows.map(row => limit(() => orders.insertOne(row, { session })))); // ←
    }),
  );`),
    'p-limit with a function of the file, and a list that a loop fills':
      driver(`const pLimit = require('p-limit');
async function add(row, session) {
  await orders.insertOne(row, { session });
}
export async function importAll(rows) {
  const limit = pLimit(3);
  const session = client.startSession();
  try {
    session.startTransaction();
    const tasks = [];
    for (const row of rows) tasks.push(limit(() => add(row, session))); // ←
    await Promise.all(tasks);
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
    'p-map': driver(`import pMap from 'p-map';
export const importAll = rows =>
  client.withSession(session =>
    session.withTransaction(() =>
      pMap(rows, row => orders.insertOne(row, { session }), { concurrency: 4 }), // ←
    ),
  );`),
  },
  right: {
    '`eachAsync` one after the other': withModels(`export const close = () =>
  mongoose.connection.transaction(async session => {
    const cursor = Order.find({ open: true }).session(session).cursor();
    await cursor.eachAsync(order => User.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }));
    await cursor.eachAsync(
      order => User.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }),
      { parallel: 1 },
    );
  });`),
    'p-limit with one place, or with a number that is not seen': driver(`import pLimit from 'p-limit';
const one = pLimit(1);
export const importAll = (rows, places) =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const some = pLimit(places);
      await Promise.all(rows.map(row => one(() => orders.insertOne(row, { session }))));
      await Promise.all(rows.map(row => some(() => orders.insertOne(row, { session }))));
    }),
  );`),
    'p-limit with a session for each element': driver(`import pLimit from 'p-limit';
const limit = pLimit(5);
export const importAll = rows =>
  Promise.all(
    rows.map(row =>
      limit(() =>
        client.withSession(session => session.withTransaction(() => orders.insertOne(row, { session }))),
      ),
    ),
  );`),
    'one operation in a pool beside other work': driver(`import pLimit from 'p-limit';
const limit = pLimit(5);
export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await Promise.all([limit(() => orders.insertOne(order, { session })), limit(() => notify(order))]);
    }),
  );`),
    'a `limit` of the program, and p-map with one place': driver(`import pMap from 'p-map';
export const importAll = (rows, limit) =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await Promise.all(rows.map(row => limit(() => orders.insertOne(row, { session }))));
      await pMap(rows, row => orders.insertOne(row, { session }), { concurrency: 1 });
    }),
  );`),
  },
});

testRule('unawaited-operation', {
  wrong: {
    '`tap` of RxJS with an async function': driver(`import { from, lastValueFrom } from 'rxjs';
import { tap } from 'rxjs/operators';
export const importAll = rows =>
  client.withSession(async session => {
    await lastValueFrom(
      from(rows).pipe(
        tap(async row => {
          await orders.insertOne(row, { session }); // ←
        }),
      ),
    );
  });`),
  },
  right: {
    '`concatMap` of RxJS, `tap` without work, and a `tap` of something else':
      driver(`import { concatMap, from, lastValueFrom, tap } from 'rxjs';
export const importAll = (rows, hooks) =>
  client.withSession(async session => {
    hooks.tap(async row => {
      await orders.insertOne(row, { session });
    });
    await lastValueFrom(
      from(rows).pipe(
        concatMap(row => orders.insertOne(row, { session })),
        tap(result => console.log(result.insertedId)),
      ),
    );
  });`),
  },
});
