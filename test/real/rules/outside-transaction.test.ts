import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);

onEachDriver(
  'an aggregation that ends in `$merge` without the session does not see the transaction, survives its rollback, and is reported',
  async driver => {
    const { manager, guarded, admin, appName, findings } = await fixture(driver);
    const { items } = guarded;
    await items.insertOne({ _id: 'before' });
    const totals = await admin.db(appName).createCollection('totals');
    const failed = manager.withTxn(async session => {
      await items.insertOne({ _id: 'inside' }, { session });
      await items.aggregate([{ $match: {} }, { $merge: 'totals' }]).toArray(); // misuse: merge
      throw new Error('the user has changed their mind');
    });
    expect(await failureOf(failed)).toBeDefined();
    expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'merge')]);
    expect(findings[0]?.data).toMatchObject({ stage: '$merge' });
    expect(await totals.find().toArray()).toEqual([{ _id: 'before' }]);
  },
);

onEachDriver('one that ends in `$out` waits for its own transaction, and is reported', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const { items } = guarded;
  const failed = manager.withTxn(async session => {
    await items.insertOne({ _id: 'inside' }, { session });
    await items.aggregate([{ $match: {} }, { $out: 'copy' }], { maxTimeMS: 200 }).toArray(); // misuse: out
  });
  expect(await failureOf(failed)).toBeDefined();
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'out')]);
});

onEachDriver('`inject: true` cannot add the session to it, and reports it too', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  await manager.withTxn(
    async () => {
      await guarded.items.insertOne({ _id: 'a' });
      await guarded.items.aggregate([{ $match: {} }, { $merge: 'totals' }]).toArray(); // misuse: injected
    },
    { inject: true },
  );
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'injected')]);
});

onEachDriver('the finding about an update of a changed document says that it waits', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const { items } = guarded;
  await items.insertOne({ _id: 'a' });
  const failed = manager.withTxn(async session => {
    await items.updateOne({ _id: 'a' }, { $set: { n: 1 } }, { session });
    await items.updateOne({ _id: 'a' }, { $set: { n: 2 } }, { maxTimeMS: 100 }); // misuse: waits
  });
  expect(await failureOf(failed)).toMatchObject({ code: 50 });
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'waits')]);
  expect(findings[0]?.messageId).toBe('used');
});

type Program = (fixture: Fixture) => Promise<unknown>;

const none = { session: null } as never;

// The caller says that they belong to no transaction.
const correct: Readonly<Record<string, Program>> = {
  'a write with `session: null`': ({ manager, guarded: { items } }) =>
    manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await items.insertOne({ _id: 'b' }, none);
      await items.updateOne({ _id: 'b' }, { $set: { n: 1 } }, none);
    }),
  'reads with `session: null`': ({ manager, guarded: { items } }) =>
    manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      expect(await items.findOne({ _id: 'a' }, none)).toBeNull();
      expect(await items.find({}, none).toArray()).toEqual([]);
      expect(await items.aggregate([], none).toArray()).toEqual([]);
      expect(await items.countDocuments({}, none)).toBe(0);
      expect(await items.distinct('_id', {}, none)).toEqual([]);
    }),
  'bulk writes with `session: null`': ({ manager, guarded: { items } }) =>
    manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await items.insertMany([{ _id: 'b' }, { _id: 'c' }], none);
      await items.bulkWrite([{ deleteOne: { filter: { _id: 'b' } } }], none);
      await items.initializeOrderedBulkOp(none).insert({ _id: 'd' }).execute();
    }),
  'an aggregation that writes with `session: null`': ({ manager, guarded: { items } }) =>
    manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await items.aggregate([{ $match: {} }, { $merge: 'totals' }], none).toArray();
    }),
  'an aggregation that writes before and after the transaction': async ({ manager, guarded: { items } }) => {
    const total = () => items.aggregate([{ $match: {} }, { $merge: 'totals' }]).toArray();
    await total();
    await manager.withTxn(session => items.insertOne({ _id: 'a' }, { session }));
    await total();
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(correct))('%s', async (_title, program) => {
    const prepared = await fixture(driver);
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
