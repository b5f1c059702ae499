import { driver, testRule, withModels } from './support/test-rule.ts';

// Correct programs whose transaction is ended by code that is not seen, or where the program asks first.
testRule('unawaited-operation', {
  wrong: {},
  right: {
    'a commit in another file, before the end that is not awaited': `import { commitWithRetry } from './retry.js';\n${driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  await commitWithRetry(session);
  session.endSession();
  await users.findOne({ _id: order.user });
}`)}`,
    'a commit in a helper of the file': driver(`async function commitWithRetry(session) {
  await session.commitTransaction().catch(() => session.commitTransaction());
}
export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  await commitWithRetry(session);
  session.endSession();
  await users.findOne({ _id: order.user });
}`),
    'a commit in a function below': driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  await commit();
  session.endSession();
  await users.findOne({ _id: order.user });
  async function commit() {
    await session.commitTransaction();
  }
}`),
    'a commit or an abort by a name that is worked out': driver(`export async function place(order, isGood) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne(order, { session });
  await session[isGood ? 'commitTransaction' : 'abortTransaction']();
  session.endSession();
  await users.findOne({ _id: order.user });
}`),
    'a commit in a method of the class': driver(`export class Unit {
  async place(order) {
    this.session = client.startSession();
    this.session.startTransaction();
    await orders.insertOne(order, { session: this.session });
    await this.commit();
    this.session.endSession();
    await users.findOne({ _id: order.user });
  }
  async commit() {
    await this.session.commitTransaction();
  }
}`),
  },
});

testRule('nested-transaction', {
  wrong: {},
  right: {
    'a helper that commits before it starts': driver(`async function next(session) {
  await session.commitTransaction();
  session.startTransaction();
}
export async function load(rows, session) {
  session.startTransaction();
  for (const row of rows) {
    await orders.insertOne(row, { session });
    await next(session);
  }
  await session.commitTransaction();
}`),
    'a start by a helper, after a commit in another file': `import { commit } from './transactions.js';\n${driver(`async function second(row, session) {
  session.startTransaction();
  await orders.insertOne(row, { session });
  await session.commitTransaction();
}
export async function place(row, session) {
  session.startTransaction();
  await users.insertOne(row, { session });
  await commit(session);
  await second(row, session);
}`)}`,
    'a helper that gets two sessions, and starts on the other one':
      driver(`async function copy(first, second) {
  second.startTransaction();
  await orders.insertOne({}, { session: second });
  await second.commitTransaction();
}
export async function place(one, two) {
  one.startTransaction();
  await users.insertOne({}, { session: one });
  await copy(one, two);
  await one.commitTransaction();
}`),
    'a function that calls itself after a commit in another file': `import { commit } from './transactions.js';\n${driver(`export async function load([row, ...rows], session) {
  session.startTransaction();
  await orders.insertOne(row, { session });
  await commit(session);
  if (rows.length > 0) await load(rows, session);
}`)}`,
  },
});

testRule('transaction-state', {
  wrong: {},
  right: {
    'an abort after the question whether a transaction is open': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await session.withTransaction(() => orders.insertOne(order, { session }));
  } catch (error) {
    if (!session.inTransaction()) throw error;
    await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}`),
    'a commit after the question whether a transaction is open': driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await session.withTransaction(() => orders.insertOne(order, { session }));
    if (session.inTransaction()) await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`),
    'a second transaction that another file starts': `import { begin } from './transactions.js';\n${driver(`export async function place(order) {
  const session = client.startSession();
  try {
    await session.withTransaction(() => orders.insertOne(order, { session }));
    begin(session);
    await users.insertOne(order, { session });
    await session.commitTransaction();
  } finally {
    await session.endSession();
  }
}`)}`,
  },
});

testRule('shared-session', {
  wrong: {},
  right: {
    'a class of JavaScript that keeps its session, read by the parser of ESLint': driver(`export class Unit {
  async begin() {
    this.session = client.startSession();
  }
  async end() {
    await this.session.endSession();
  }
}`),
  },
});

testRule('use-after-end', {
  wrong: {},
  right: {
    'options from which the session is taken out': driver(`export async function place(order) {
  const session = client.startSession();
  const options = { session };
  try {
    await orders.insertOne(order, options);
  } finally {
    await session.endSession();
  }
  delete options.session;
  await users.insertOne(order, options);
}`),
  },
});

testRule('open-cursor', {
  wrong: {},
  right: {
    'a change stream that the end of its block closes': driver(`export const first = () =>
  client.withSession(async session => {
    await using stream = orders.watch([], { session });
    const change = await stream.next();
    console.log(change);
  });`),
  },
});

testRule('parallel-in-transaction', {
  wrong: {
    'two queries of mongoose at once': withModels(`export async function both(session) {
  session.startTransaction();
  const order = Order.findOne({}).session(session);
  const user = User.findOne({}).session(session); // ←
  await Promise.all([order, user]);
  await session.commitTransaction();
}`),
  },
  right: {
    'two queries of mongoose, each sent when it is awaited': withModels(`export async function both(session) {
  session.startTransaction();
  const orders = Order.find({}).session(session);
  const users = User.find({}).session(session);
  const found = [await orders, await users];
  await session.commitTransaction();
  return found;
}`),
  },
});
