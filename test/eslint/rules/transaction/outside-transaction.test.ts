import { driver, testRule, withModels } from '../../support/test-rule.ts';

testRule('outside-transaction', {
  wrong: {
    'a document of a model of a class, and an aggregation after a write': `import mongoose from 'mongoose';
import { Order } from './order.js';
export class Orders {
  constructor(connection) {
    this.Item = connection.model('Item');
    this.connection = connection;
  }
  async add(item) {
    await this.connection.transaction(async session => {
      await this.Item.create([item], { session });
      const next = new this.Item(item);
      await next.save(); // ←
    });
  }
}
export const rate = id =>
  mongoose.connection.transaction(async session => {
    await Order.updateOne({ _id: id }, { rated: true }, { session });
    const [{ n }] = await Order.aggregate([{ $count: 'n' }]); // ←
    await Order.updateOne({ _id: id }, { n }, { session });
  });`,
    'one of two writes without the session': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await users.updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
    }),
  );`),
    'options in the wrong place': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.insertOne(order, null, { session }); // ←
    }),
  );`),
    '`create` of one document with options': withModels(`export const place = user =>
  mongoose.connection.transaction(async session => {
    await Order.create({ user, open: true }, { session }); // ←
  });`),
    'a new document that is saved without the session': withModels(`export const place = user =>
  mongoose.connection.transaction(async session => {
    await User.updateOne({ _id: user }, { $inc: { n: 1 } }, { session });
    const order = new Order({ user });
    await order.save(); // ←
  });`),
    'a write by a function of the same file': driver(`function count(user) {
  return users.updateOne({ _id: user }, { $inc: { n: 1 } }); // ←
}
export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await users.updateOne({ _id: order.user }, { $set: { last: order._id } }, { session });
      await count(order.user);
    }),
  );`),
    'a transaction by hand': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    session.startTransaction();
    await orders.insertOne(order, { session });
    await users.updateOne({ _id: order.user }, { $inc: { n: 1 } }); // ←
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
  },
  right: {
    'a read that shows what others see': withModels(`test('isolation', async () => {
  const session = await mongoose.startSession();
  session.startTransaction();
  await Order.create([{ sku: 'tea' }], { session });
  let order = await Order.findOne({ sku: 'tea' });
  assert.ok(!order);
  expect(await Order.findOne({ sku: 'tea' })).toBeNull();
  await session.commitTransaction();
  await session.endSession();
});`),
    'options in a variable': withModels(`export const place = order =>
  mongoose.connection.transaction(async session => {
    const options = { session, new: true };
    await Order.create([order], options);
    await User.findByIdAndUpdate(order.user, { $inc: { n: 1 } }, options);
  });`),
    'another client': driver(`const reports = new MongoClient(other);
export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await reports.db().collection('log').insertOne({ order: order._id });
    }),
  );`),
    '`outsideTxn`, and a session that is null': driver(`import { outsideTxn } from 'session-guard';
export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await outsideTxn(() => users.updateOne({ _id: 1 }, { $inc: { n: 1 } }));
      await users.updateOne({ _id: 1 }, { $inc: { n: 1 } }, { session: null });
    }),
  );`),
    'a read of what the transaction has not used': driver(`export const place = order =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const user = await users.findOne({ _id: order.user });
      await orders.insertOne({ ...order, user }, { session });
    }),
  );`),
    'options that a function makes': driver(`export const place = (order, withSession) =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await orders.insertOne(order, { session });
      await users.updateOne({ _id: 1 }, { $inc: { n: 1 } }, withSession(session));
    }),
  );`),
    'mongoose puts the session into every call':
      withModels(`mongoose.set('transactionAsyncLocalStorage', true);
export const place = order =>
  mongoose.connection.transaction(async session => {
    await Order.create([order], { session });
    await User.updateOne({ _id: order.user }, { $inc: { n: 1 } });
  });`),
    'a write after the commit': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  await session.commitTransaction();
  await users.updateOne({ _id: order.user }, { $inc: { n: 1 } });
  await session.endSession();
}`),
    'a document that was read with the session': withModels(`export const place = id =>
  mongoose.connection.transaction(async session => {
    const order = await Order.findById(id).session(session);
    order.open = false;
    await order.save();
  });`),
  },
});
