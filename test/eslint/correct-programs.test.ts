import { expect, test } from 'vitest';
import { lint, listed } from './support/lint.ts';
import { driver, testRule } from './support/test-rule.ts';
import { typescript } from './support/typescript.ts';

// Correct programs that a reader of the rules has found to be reported.
testRule('outside-transaction', {
  wrong: {},
  right: {
    'a bulk that was begun with the session': driver(`export const load = rows =>
  client.withSession(session =>
    session.withTransaction(async () => {
      const bulk = orders.initializeOrderedBulkOp({ session });
      for (const row of rows) bulk.insert(row);
      await bulk.execute();
    }),
  );`),
  },
});

testRule('unawaited-operation', {
  wrong: {},
  right: {
    'the `map` of a pool, which takes the list first': driver(`export const load = (pool, rows) =>
  client.withSession(async session => {
    await pool.map(rows, async row => {
      await orders.insertOne(row, { session });
    });
  });`),
  },
});

testRule('use-after-end', {
  wrong: {},
  right: {
    'a session that is renewed by the base class, or by a function that gets the object':
      driver(`export class Work extends Base {
  async run(row) {
    await this.session.endSession();
    await super.renew();
    await orders.insertOne(row, { session: this.session });
    await this.session.endSession();
    await renew(this);
    await orders.insertOne(row, { session: this.session });
  }
}`),
  },
});

testRule('transaction-state', {
  wrong: {},
  right: {
    'a second transaction in the `catch`, which the `finally` commits':
      driver(`export async function place(order) {
  const session = client.startSession();
  session.startTransaction();
  try {
    await orders.insertOne(order, { session });
  } catch (error) {
    await session.abortTransaction();
    session.startTransaction();
    await orders.insertOne({ failed: String(error) }, { session });
  } finally {
    await session.commitTransaction();
    await session.endSession();
  }
}`),
  },
});

testRule('client-per-request', {
  wrong: {},
  right: {
    'a function that connects once, and disconnects when the process ends': `import mongoose from 'mongoose';
export const handler = async event => {
  await mongoose.connect(process.env.MONGODB_URI);
  process.once('SIGTERM', () => mongoose.disconnect());
  return mongoose.model('Order').findById(event.id);
};`,
  },
});

testRule('use-after-end', {
  wrong: {
    'a use that a test expects not to fail': driver(`test('a late use', async () => {
  const session = client.startSession();
  await session.endSession();
  await expect(orders.insertOne({}, { session })).resolves.not.toThrow(); // ←
});`),
  },
  right: {},
});

// Types of the same names that other packages have.
test.each([
  [
    'a `ClientSession` of OPC UA',
    `import { ClientSession, type OPCUAClient } from 'node-opcua';
export class Crawler {
  private session: ClientSession;
  constructor(private readonly client: OPCUAClient) {}
  async run(nodes: string[], session: ClientSession) {
    this.create({ session: this.session });
    await Promise.all(nodes.map(node => this.find(node, { session })));
  }
}`,
  ],
  [
    'a `ClientSession` of the file itself',
    `interface ClientSession {
  find(text: string): Promise<void>;
}
export class Client {
  constructor(private readonly session: ClientSession) {}
  async run() {
    this.create({ session: this.session });
    await Promise.all([this.session.find('a'), this.session.find('b')]);
  }
}`,
  ],
  [
    'a `Model` of Sequelize beside a transaction of mongoose',
    `import type { Model } from 'sequelize';
import mongoose from 'mongoose';
export async function copy(items: Model, order: object) {
  const Order = mongoose.model('Order');
  await mongoose.connection.transaction(async session => {
    await Order.create([order], { session });
    await items.save({ validate: false });
  });
}`,
  ],
])('silent: %s', (_title, code) => {
  const alarms = lint(code, typescript);
  expect(alarms, listed(alarms)).toEqual([]);
});
