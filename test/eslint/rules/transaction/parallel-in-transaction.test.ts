import { driver, testRule, withModels } from '../../support/test-rule.ts';

testRule('parallel-in-transaction', {
  wrong: {
    '`Promise.all` of two writes in a callback': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await Promise.all([
        orders.insertOne(order, { session }),
        users.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }), // ←
      ]);
    }),
  );`),
    'a `map` in `Promise.allSettled` in a transaction by hand':
      driver(`export async function importAll(rows) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await Promise.allSettled(rows.map(async row => {
      await orders.insertOne(row, { session }); // ←
    }));
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
    'promises that a loop collects': driver(`export const importAll = rows =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const tasks = [];
      for (const row of rows) tasks.push(orders.insertOne(row, { session })); // ←
      await Promise.all(tasks);
    }),
  );`),
    'queries of mongoose that share the session of a transaction': withModels(`export const summary = user =>
  mongoose.connection.transaction(async session => {
    const [count, last] = await Promise.all([
      Order.countDocuments({ user }).session(session),
      Order.findOne({ user }).session(session), // ←
    ]);
    return { count, last };
  });`),
    'a helper of the same file that gets the session twice at once':
      driver(`async function add(row, session) {
  await orders.insertOne(row, { session });
}
export const two = (a, b) =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await Promise.all([add(a, session), add(b, session)]); // ←
    }),
  );`),
  },
  right: {
    'reads at once on a session without a transaction': driver(`export const both = () =>
  client.withSession(async session =>
    Promise.all([orders.countDocuments({}, { session }), users.countDocuments({}, { session })]),
  );`),
    'one operation beside work that is not of the database': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await Promise.all([orders.insertOne(order, { session }), notify(order)]);
    }),
  );`),
    'a transaction with its own session for each element':
      driver(`const add = row => client.withSession(session => session.withTransaction(() => orders.insertOne(row, { session })));
export const importAll = rows => Promise.all(rows.map(add));`),
    'a chain of promises, one after the other': driver(`export const importAll = rows =>
  client.withSession(session =>
    session.withTransaction(() =>
      rows.reduce((before, row) => before.then(() => orders.insertOne(row, { session })), Promise.resolve()),
    ),
  );`),
  },
});
