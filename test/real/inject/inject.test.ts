import { describe, expect, test } from 'vitest';
import { outsideTxn } from '../../../src/index.ts';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, type Outcome, outcomeOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);
const mine = new Error('mine');

type Write = (side: Side) => Promise<unknown>;

// Each writes one document, without a session.
const writes: Readonly<Record<string, Write>> = {
  insertOne: ({ items }) => items.insertOne({ _id: 'x' }),
  insertMany: ({ items }) => items.insertMany([{ _id: 'x' }]),
  bulkWrite: ({ items }) => items.bulkWrite([{ insertOne: { document: { _id: 'x' } } }]),
  'an ordered builder': ({ items }) => items.initializeOrderedBulkOp().insert({ _id: 'x' }).execute(),
  updateOne: ({ items }) => items.updateOne({ _id: 'x' }, { $set: { n: 1 } }, { upsert: true }),
  updateMany: ({ items }) => items.updateMany({ _id: 'x' }, { $set: { n: 1 } }, { upsert: true }),
  replaceOne: ({ items }) => items.replaceOne({ _id: 'x' }, { n: 1 }, { upsert: true }),
  findOneAndUpdate: ({ items }) => items.findOneAndUpdate({ _id: 'x' }, { $set: { n: 1 } }, { upsert: true }),
  'deleteOne of another': ({ items }) =>
    Promise.all([items.deleteOne({ _id: 'nobody' }), items.insertOne({ _id: 'x' })]),
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(writes))(
    '%s is put into the transaction and vanishes with it',
    async (_name, write) => {
      const { guarded, manager, findings } = await fixture(driver);
      await guarded.client.connect();
      const inject = { inject: true };
      const call = manager.withTxn(async () => {
        await write(guarded);
        throw mine;
      }, inject);
      expect(await failureOf(call)).toBe(mine);
      expect(await guarded.ids()).toEqual([]);
      await manager.withTxn(() => write(guarded), inject);
      expect(await guarded.ids()).toEqual(['x']);
      expect(findings.filter(({ rule }) => rule !== 'parallel-in-transaction')).toEqual([]);
    },
  );
});

onEachDriver('reads see what the transaction has written', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const { items } = guarded;
  const read = await manager.withTxn(
    async () => {
      await items.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
      const pages = await items.find({}, { batchSize: 1 }).toArray();
      const grouped = await items.aggregate([{ $count: 'n' }]).toArray();
      return [pages.length, grouped, await items.countDocuments(), await items.findOne({ _id: 'a' })];
    },
    { inject: true },
  );
  expect(read).toEqual([3, [{ n: 3 }], 3, { _id: 'a' }]);
  expect(guarded.sent.filter(({ inTransaction }) => !inTransaction)).toEqual([]);
  expect(findings).toEqual([]);
});

onEachDriver('an inherited read preference gives way to that of the transaction', async driver => {
  const client = { readPreference: 'secondaryPreferred' } as const;
  const { guarded, manager } = await fixture(driver, { client });
  await manager.withTxn(
    async () => {
      await guarded.items.insertOne({ _id: 'a' });
      expect(await guarded.items.find().toArray()).toHaveLength(1);
      expect(await guarded.items.aggregate([{ $match: {} }]).toArray()).toHaveLength(1);
    },
    { inject: true, readPreference: 'primary' },
  );
  expect(await guarded.ids()).toEqual(['a']);
});

onEachDriver('commands that a transaction does not take stay outside, without a finding', async driver => {
  const { guarded, manager, admin, appName, findings } = await fixture(driver);
  await admin.db(appName).createCollection('other');
  await manager.withTxn(
    async () => {
      await guarded.items.insertOne({ _id: 'a' });
      await guarded.client.db('admin').command({ ping: 1 });
      await guarded.client.db(appName).listCollections().toArray();
      await guarded.client.db(appName).collection('other').createIndex({ n: 1 });
      await guarded.client.db(appName).collection('other').estimatedDocumentCount();
    },
    { inject: true },
  );
  expect(await guarded.ids()).toEqual(['a']);
  expect(findings).toEqual([]);
});

onEachDriver('an injected operation that is not awaited is reported, drained and committed', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  let late: Promise<Outcome<unknown>> | undefined;
  await manager.withTxn(
    async () => {
      late = outcomeOf(guarded.items.insertOne({ _id: 'a' })); // misuse: injected
    },
    { inject: true },
  );
  expect((await late)?.error).toBeUndefined();
  expect(await guarded.ids()).toEqual(['a']);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'injected')]);
});

onEachDriver('injected operations at once are queued', async driver => {
  const { guarded, manager } = await fixture(driver);
  const ids = ['a', 'b', 'c', 'd', 'e'];
  for (let run = 0; run < 20; run += 1) {
    const insert = (id: string) => guarded.items.insertOne({ _id: `${run} ${id}` });
    await manager.withTxn(() => Promise.all(ids.map(insert)), { inject: true });
  }
  expect(await guarded.ids()).toHaveLength(100);
});

onEachDriver('`outsideTxn` and a session of its own stay outside', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const call = manager.withTxn(
    async () => {
      await outsideTxn(() => guarded.items.insertOne({ _id: 'outside' }));
      await guarded.client.withSession(session => guarded.items.insertOne({ _id: 'own' }, { session }));
      throw mine;
    },
    { inject: true },
  );
  expect(await failureOf(call)).toBe(mine);
  expect(await guarded.ids()).toEqual(['outside', 'own']);
  expect(findings).toEqual([]);
});

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(writes))('without `inject` %s is reported', async (_name, write) => {
    const { guarded, manager, findings } = await fixture(driver);
    await guarded.client.connect();
    const call = manager.withTxn(async () => {
      await write(guarded);
      throw mine;
    });
    expect(await failureOf(call)).toBe(mine);
    expect(await guarded.ids()).toEqual(['x']);
    expect(new Set(findings.map(({ rule }) => rule))).toEqual(new Set(['outside-transaction']));
    expect(findings[0]?.place?.file).toBe(import.meta.filename);
  });
});

onEachDriver('a missing session in a transaction by hand is reported', async driver => {
  const { guarded, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  session.startTransaction();
  await guarded.items.insertOne({ _id: 'a' }, { session });
  await guarded.items.insertOne({ _id: 'b' }); // misuse: by hand
  await session.abortTransaction();
  await session.endSession();
  expect(await guarded.ids()).toEqual(['b']);
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'by hand')]);
});
