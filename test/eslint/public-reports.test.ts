import { driver, testRule, withModels } from './support/test-rule.ts';

// The smallest of the programs that were written in the styles of public bug reports.
testRule('unawaited-operation', {
  wrong: {
    'a commit whose session ends in the next statement, after `startSession().then`': withModels(`let session;
export const place = order =>
  mongoose
    .startSession()
    .then(started => {
      session = started;
      session.startTransaction();
      return Order.create([order], { session });
    })
    .then(() => {
      session.commitTransaction(); // ←
      session.endSession();
    });`),
    'a session in a property, and a `map` that is awaited as a list': driver(`export class Work {
  async run(rows) {
    this.session = client.startSession();
    await rows.map(async row => {
      await orders.insertOne(row, { session: this.session }); // ←
    });
    await this.session.endSession();
  }
}`),
    '`subscribe` of RxJS': driver(`import { from } from 'rxjs';
export const load = rows =>
  client.withSession(async session => {
    from(rows).subscribe(async row => {
      await orders.insertOne(row, { session }); // ←
    });
  });`),
  },
  right: {
    'a late use that a test expects to fail': driver(`test('a late use', async () => {
  const session = client.startSession();
  await session.endSession();
  await expect(orders.insertOne({}, { session })).rejects.toThrow(/ended/);
});`),
    'a service that takes the options as its third argument': driver(`export const place = (service, order) =>
  client.withSession(session =>
    session.withTransaction(async () => {
      await service.insertOne(order, {}, { session });
    }),
  );`),
    'a client of a Lambda function, which has one event at a time': `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri, { maxPoolSize: 1 });
module.exports.handler = async event => client.db().collection('orders').findOne({ _id: event.id });`,
  },
});

testRule('outside-transaction', {
  wrong: {
    'the session in the place of the projection, and as the options themselves':
      withModels(`export async function rename(id, name) {
  const session = await mongoose.startSession();
  await session.withTransaction(async () => {
    const user = await User.findOne({ _id: id }, { session }); // ←
    const order = new Order({ user, name });
    await order.save(session); // ←
  });
  await session.endSession();
}`),
    'a bulk, and a step of a chain': driver(`export const load = rows =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const bulk = orders.initializeUnorderedBulkOp();
      await orders.deleteMany({}, { session }).then(() => users.deleteMany({})); // ←
      for (const row of rows) bulk.insert(row);
      await bulk.execute(); // ←
    }),
  );`),
  },
  right: {
    'a bulk with the session': driver(`export const load = rows =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const bulk = orders.initializeOrderedBulkOp();
      for (const row of rows) bulk.insert(row);
      await bulk.execute({ session });
    }),
  );`),
  },
});

testRule('parallel-in-transaction', {
  wrong: {
    'the `map` of bluebird, and queries of mongoose in `Promise.all`':
      withModels(`import Bluebird from 'bluebird';
export const load = rows =>
  mongoose.connection.transaction(async session => {
    await Bluebird.map(rows, row => User.updateOne({ _id: row._id }, row, { session })); // ←
    await Promise.all([
      Order.find({}).session(session).lean(),
      Order.countDocuments({}).session(session), // ←
    ]);
  });`),
  },
  right: {
    'bluebird one after the other': withModels(`import Bluebird from 'bluebird';
export const load = rows =>
  mongoose.connection.transaction(async session => {
    await Bluebird.mapSeries(rows, row => User.updateOne({ _id: row._id }, row, { session }));
    await Bluebird.map(rows, row => User.updateOne({ _id: row._id }, row, { session }), { concurrency: 1 });
  });`),
  },
});

testRule('transaction-state', {
  wrong: {
    'a commit in `finally` after an abort in `catch`': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  try {
    await orders.insertOne(order, { session });
  } catch (error) {
    await session.abortTransaction();
  } finally {
    await session.commitTransaction(); // ←
    await session.endSession();
  }
}`),
  },
  right: {},
});

testRule('client-per-request', {
  wrong: {
    'the context of Apollo, and mongoose connected and disconnected in a route': `import { MongoClient } from 'mongodb';
import mongoose from 'mongoose';
await startStandaloneServer(server, {
  context: async () => ({ db: new MongoClient(uri).db() }), // ←
});
app.get('/orders', async (request, response) => {
  await mongoose.connect(uri); // ←
  response.json(await mongoose.model('Order').find());
  await mongoose.disconnect();
});`,
  },
  right: {},
});

testRule('client-closed-in-use', {
  wrong: {
    'mongoose is disconnected before documents are stored': withModels(`async function seed(rows) {
  await mongoose.connect(uri);
  rows.map(async row => {
    const order = new Order(row);
    await order.save();
  });
  await mongoose.disconnect(); // ←
}
seed([{ sku: 'tea' }]);`),
  },
  right: {},
});

testRule('use-after-end', {
  wrong: {
    'a second `withTransaction` after the end': driver(`export async function both(one) {
  const session = client.startSession();
  await session.withTransaction(() => orders.insertOne(one, { session }));
  await session.endSession();
  await session.withTransaction(async () => {}); // ←
}`),
  },
  right: {},
});

testRule('config-retry-writes', {
  wrong: {
    'a client in a field of a class': `import { MongoClient } from 'mongodb';
export class Store {
  client = new MongoClient(uri, { retryWrites: false }); // ←
  add = order => this.client.db().collection('orders').insertOne(order);
}`,
  },
  right: {},
});
