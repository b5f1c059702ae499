import { driver, testRule, withModels } from './support/test-rule.ts';

// The end of a transaction, a bulk, a cursor: promises that are not calls of a collection.
testRule('unawaited-operation', {
  wrong: {
    'an end that aborts, and work after it': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  const { left } = await orders.findOne({ sku: order.sku }, { session });
  if (left === 0) {
    session.endSession(); // ←
    await orders.updateOne({ sku: order.sku }, { $inc: { missed: 1 } });
    return;
  }
  await orders.insertOne(order, { session });
  await session.commitTransaction();
  await session.endSession();
}`),
    'a runner whose chain goes on while `finally` ends the session':
      driver(`export function place(order, callback) {
  const session = client.startSession();
  try {
    session
      .withTransaction(() => orders.insertOne(order, { session })) // ←
      .then(() => callback());
  } finally {
    session.endSession();
  }
}`),
    'a commit that is not awaited before the session ends': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(order, { session });
    session.commitTransaction(); // ←
  } catch (error) {
    session.abortTransaction(); // ←
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'a commit that is returned without `await`': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(order, { session });
    return session.commitTransaction(); // ←
  } finally {
    await session.endSession();
  }
}`),
    'a commit in the callback of `withSession`': driver(`export const place = order =>
  client.withSession(async session => {
    session.startTransaction();
    await orders.insertOne(order, { session });
    session.commitTransaction(); // ←
  });`),
    'a bulk': driver(`export async function importAll(rows) {
  const session = client.startSession();
  session.startTransaction();
  const bulk = orders.initializeUnorderedBulkOp();
  for (const row of rows) bulk.insert(row);
  bulk.execute({ session }); // ←
  await session.commitTransaction();
  await session.endSession();
}`),
    'a cursor that a variable has': driver(`export async function warm() {
  await client.withSession(async session => {
    const cursor = orders.find({}, { session });
    cursor.toArray(); // ←
  });
}`),
    '`bulkSave` and `save` of mongoose': withModels(`export async function place(order, documents) {
  await mongoose.connection.transaction(async session => {
    Order.bulkSave(documents, { session }); // ←
    order.save({ session }); // ←
    await User.updateOne({ _id: order.user }, { $inc: { n: 1 } }, { session });
  });
}`),
  },
  right: {
    'an end after a commit, an end with nothing after it, and an end without a transaction':
      driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  await session.commitTransaction();
  session.endSession();
  await users.updateOne({ _id: order.user }, { $inc: { n: 1 } });
}
export async function look(id) {
  const session = client.startSession();
  session.startTransaction();
  const order = await orders.findOne({ _id: id }, { session });
  session.endSession();
  return order;
}
export async function read(id) {
  const session = client.startSession();
  const order = await orders.findOne({ _id: id }, { session });
  session.endSession();
  await users.updateOne({ _id: order.user }, { $inc: { n: 1 } });
}`),
    'a runner whose chain ends the session': driver(`export function place(order, callback) {
  const session = client.startSession();
  try {
    session
      .withTransaction(() => orders.insertOne(order, { session }))
      .then(() => callback())
      .finally(() => session.endSession());
  } catch (error) {
    callback(error);
  }
}`),
    'work that the `try` waits for in the end': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    const placed = orders.insertOne(order, { session });
    await tell(order);
    await placed;
  } finally {
    await session.endSession();
  }
}`),
    'a commit that is kept and awaited before the end': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  const committed = session.commitTransaction();
  notify(order);
  await committed;
  await session.endSession();
}`),
    'a chain that ends the session': driver(`export function place(order) {
  const session = client.startSession();
  session.startTransaction();
  return orders
    .insertOne(order, { session })
    .then(() => session.commitTransaction())
    .finally(() => session.endSession());
}`),
    'a commit whose `then` ends the session': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  session.commitTransaction().then(() => session.endSession(), report);
}`),
    'a commit with a callback': driver(`export function place(order, callback) {
  const session = client.startSession();
  session.startTransaction();
  orders.insertOne(order, { session }, error => {
    if (error) return session.abortTransaction(() => session.endSession(() => callback(error)));
    session.commitTransaction(failed => session.endSession(() => callback(failed)));
  });
}`),
    'an abort that may fail': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(order, { session });
    await session.commitTransaction();
  } catch (error) {
    await session.abortTransaction().catch(() => {});
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'a function that commits for its caller':
      driver(`export const commit = session => session.commitTransaction();
export async function finish(session, isGood) {
  return isGood ? session.commitTransaction() : session.abortTransaction();
}`),
    'a commit that is awaited in one of two ways': driver(`export async function place(order, isDry) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(order, { session });
    await (isDry ? session.abortTransaction() : session.commitTransaction());
  } finally {
    await session.endSession();
  }
}`),
    'a cursor that a loop reads, and one that is waited for': driver(`export async function read() {
  return client.withSession(async session => {
    const cursor = orders.find({}, { session });
    for await (const order of cursor) show(order);
    const rest = users.find({}, { session });
    const all = [];
    while (await rest.hasNext()) all.push(await rest.next());
    return all;
  });
}`),
    'a bulk that is awaited, and an `execute` of something else':
      driver(`export async function importAll(rows, queue) {
  await client.withSession(async session => {
    const bulk = orders.initializeOrderedBulkOp();
    for (const row of rows) bulk.insert(row);
    queue.execute({ rows });
    await bulk.execute({ session });
  });
}`),
  },
});

testRule('nested-transaction', {
  wrong: {
    'a start right after a commit that is not awaited': driver(`export async function both(one, two) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(one, { session });
    session.commitTransaction();
    session.startTransaction(); // ←
    await orders.insertOne(two, { session });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
  },
  right: {
    'a start after a commit that is awaited': driver(`export async function both(one, two) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(one, { session });
    await session.commitTransaction();
    session.startTransaction();
    await orders.insertOne(two, { session });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
  },
});
