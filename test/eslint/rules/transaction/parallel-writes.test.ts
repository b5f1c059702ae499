import { driver, testRule } from '../../support/test-rule.ts';

testRule('parallel-writes', {
  wrong: {
    'a `map` of inserts on one session': driver(`export async function importAll(rows) {
  const session = client.startSession();
  try {
    await Promise.all(rows.map(row => orders.insertOne(row, { session }))); // ←
  } finally {
    await session.endSession();
  }
}`),
    'a second write that is begun before the first is awaited': driver(`export const place = order =>
  client.withSession(async session => {
    const stored = orders.insertOne(order, { session });
    const counted = users.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session }); // ←
    await Promise.all([stored, counted]);
  });`),
  },
  right: {
    'a write beside reads': driver(`export const place = order =>
  client.withSession(session =>
    Promise.all([orders.insertOne(order, { session }), users.findOne({ _id: order.user }, { session })]),
  );`),
    '`updateMany` and `deleteMany`, which the driver does not send again': driver(`export const clean = () =>
  client.withSession(session => Promise.all([orders.deleteMany({}, { session }), users.deleteMany({}, { session })]));`),
    'writes without a session': driver(
      `export const importAll = rows => Promise.all(rows.map(row => orders.insertOne(row)));`,
    ),
  },
});
