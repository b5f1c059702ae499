import { expect, test } from 'vitest';
import { lint } from '../support/lint.ts';
import { expectOutcome } from '../support/run-program.ts';
import { fixedBy } from '../support/test-suggestion.ts';

/** What a program does before its suggestion, where that does not depend on chance, and after it. */
interface Case {
  readonly rule: string;
  readonly says: string;
  readonly code: string;
  readonly bad?: Parameters<typeof expectOutcome>[1];
  readonly fixed: Parameters<typeof expectOutcome>[1];
}

const driver = (work: string) => `import { MongoClient } from 'mongodb';
const client = new MongoClient(uri);
own(client);
const orders = client.db().collection('orders');
${work}
`;

const rolledBack = (work: string) =>
  driver(`await client.withSession(session =>
  session.withTransaction(async () => {
    await orders.insertOne({ _id: 'a' }, { session });
    ${work}
    throw new Error('no stock');
  }),
);`);

// The first operation of a client has to connect: what is not awaited is surely still in flight when the session ends.
const lost = { stored: [], unhandled: ['MongoExpiredSessionError'] };
const kept = { stored: ['a'], unhandled: [] };
const both = { stored: ['a', 'b'], unhandled: [] };

const cases: Readonly<Record<string, Case>> = {
  'an operation that is awaited': {
    rule: 'unawaited-operation',
    says: 'Await it.',
    code: driver(`await client.withSession(async session => {
  orders.insertOne({ _id: 'a' }, { session });
});`),
    bad: lost,
    fixed: kept,
  },
  'a callback that is async': {
    rule: 'unawaited-operation',
    says: 'Make the callback async, and await it.',
    code: driver(`await client.withSession(session =>
  session.withTransaction(() => {
    orders.insertOne({ _id: 'a' }, { session });
  }),
);`),
    // The driver refuses such a callback, but its operation has begun.
    bad: { ...lost, thrown: 'MongoInvalidArgumentError' },
    fixed: kept,
  },
  'a `return` that waits before `finally`': {
    rule: 'unawaited-operation',
    says: 'Await it.',
    code: driver(`async function place() {
  const session = client.startSession();
  try {
    return orders.insertOne({ _id: 'a' }, { session });
  } finally {
    await session.endSession();
  }
}
await place();`),
    bad: { stored: [], thrown: 'MongoExpiredSessionError', unhandled: [] },
    fixed: kept,
  },
  // Before it, the commit and the abort of `endSession` are on their way at once: which comes first is chance.
  'a commit that is awaited before the session ends': {
    rule: 'unawaited-operation',
    says: 'Await it.',
    code: driver(`const session = client.startSession();
session.startTransaction();
await orders.insertOne({ _id: 'a' }, { session });
session.commitTransaction();
await session.endSession();`),
    fixed: kept,
  },
  'a commit that is awaited before the next start': {
    rule: 'nested-transaction',
    says: 'Await it.',
    code: driver(`const session = client.startSession();
session.startTransaction();
await orders.insertOne({ _id: 'a' }, { session });
session.commitTransaction();
session.startTransaction();
await orders.insertOne({ _id: 'b' }, { session });
await session.commitTransaction();
await session.endSession();`),
    bad: { stored: ['a'], thrown: 'MongoTransactionError', unhandled: [] },
    fixed: both,
  },
  // Before it, the write may be sent before the connection is closed, or not.
  'a write that is awaited before the client is closed': {
    rule: 'client-closed-in-use',
    says: 'Await it.',
    code: driver(`orders.insertOne({ _id: 'a' });
await client.close();`),
    fixed: kept,
  },
  'a write that has the session': {
    rule: 'outside-transaction',
    says: 'Pass the session.',
    code: rolledBack(`await orders.insertOne({ _id: 'b' });`),
    bad: { stored: ['b'], thrown: 'Error', unhandled: [] },
    fixed: { stored: [], thrown: 'Error', unhandled: [] },
  },
  // Before it, the server refuses the transaction or not, by which of the two commands it gets first.
  'a loop in place of `Promise.all`': {
    rule: 'parallel-in-transaction',
    says: 'Do one after the other, in a loop.',
    code: driver(`const rows = [{ _id: 'a' }, { _id: 'b' }];
await client.withSession(session =>
  session.withTransaction(async () => {
    await Promise.all(rows.map(async row => {
      await orders.insertOne(row, { session });
    }));
  }),
);`),
    fixed: both,
  },
  // Before it, the transaction that nobody has ended keeps the document: another one meets a conflict.
  'a session that ends in `finally`': {
    rule: 'session-leak',
    says: 'End the session in a `finally` block.',
    code: driver(`async function place(_id) {
  const session = client.startSession();
  session.startTransaction();
  await orders.insertOne({ _id }, { session });
  throw new Error('no stock');
}
await place('a').catch(() => {});
await place('b').catch(() => {});
const session = client.startSession();
session.startTransaction();
await orders.insertOne({ _id: 'a' }, { session });
await session.commitTransaction();
await session.endSession();`),
    bad: { stored: [], thrown: 'MongoServerError', unhandled: [] },
    fixed: kept,
  },
  'a document in an array': {
    rule: 'outside-transaction',
    says: 'Put the document into an array.',
    code: `import mongoose from 'mongoose';
await mongoose.connect(uri);
own(mongoose.connection);
const schema = new mongoose.Schema({ _id: { type: String, default: 'the options' } });
const Order = mongoose.model('Order', schema);
await Order.init();
await mongoose.connection.transaction(async session => {
  await Order.create({ _id: 'a' }, { session });
  throw new Error('no stock');
});
`,
    bad: { stored: ['a', 'the options'], thrown: 'Error', unhandled: [] },
    fixed: { stored: [], thrown: 'Error', unhandled: [] },
  },
};

test.each(Object.entries(cases))('%s', async (_title, { rule, says, code, bad, fixed }) => {
  const [alarm] = lint(code, { rule });
  expect(alarm?.suggestions.map(({ desc }) => desc)).toEqual([says]);
  if (bad !== undefined) await expectOutcome(code, bad, 'at last');
  await expectOutcome(fixedBy(code, alarm), fixed, 'at its end');
});
