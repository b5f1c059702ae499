import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, outcomeOf } from '../support/outcome.ts';
import type { Item } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);
const duplicateKey = 11000;

onEachDriver(
  'the first of several swallowed errors is thrown, the same object, after one attempt',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    await guarded.items.insertMany([{ _id: 'a' }, { _id: 'b' }]);
    const caught: unknown[] = [];
    const failure = await failureOf(
      manager.withTxn(async session => {
        caught.push(await failureOf(guarded.items.insertOne({ _id: 'a' }, { session }))); // misuse: first of two
        caught.push(await failureOf(guarded.items.insertOne({ _id: 'b' }, { session })));
      }),
    );
    expect(caught).toHaveLength(2);
    expect(codeOf(failure)).toBe(duplicateKey);
    expect(failure).toBe(caught[0]);
    expect(foundIn(findings)).toEqual([misuse('swallowed-error', 'first of two')]);
  },
);

describe.each(drivers)('$name', driver => {
  test.each(['insertMany', 'bulkWrite', 'builder'] as const)(
    'the error of a swallowed %s is the very object that was caught',
    async kind => {
      const { guarded, manager, findings } = await fixture(driver);
      const { items } = guarded;
      await items.insertOne({ _id: 'taken' });
      const caught: unknown[] = [];
      const failure = await failureOf(
        manager.withTxn(async session => {
          const options = { session };
          const documents = [{ _id: 'new' }, { _id: 'taken' }];
          const requests = documents.map(document => ({ insertOne: { document } }));
          const builder = items.initializeOrderedBulkOp(options).insert({ _id: 'taken' });
          if (kind === 'insertMany') caught.push(await failureOf(items.insertMany(documents, options)));
          if (kind === 'bulkWrite') caught.push(await failureOf(items.bulkWrite(requests, options)));
          if (kind === 'builder') caught.push(await failureOf(builder.execute(options)));
        }),
      );
      expect(caught).toHaveLength(1);
      expect(failure).toBe(caught[0]);
      expect(failure).toBeInstanceOf(driver.lib.MongoBulkWriteError);
      expect(await guarded.ids()).toEqual(['taken']);
      expect(findings.map(({ rule, place }) => [rule, place?.file])).toEqual([
        ['swallowed-error', import.meta.filename],
      ]);
    },
  );
});

onEachDriver('a transient error that is swallowed is retried', async driver => {
  const { guarded, manager, admin, appName } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'hot', n: 0 });
  const other = admin.startSession();
  other.startTransaction();
  const hot = admin.db(appName).collection<Item>(guarded.items.collectionName);
  await hot.updateOne({ _id: 'hot' }, { $inc: { n: 100 } }, { session: other });
  const caught: unknown[] = [];
  let attempts = 0;
  await manager.withTxn(async session => {
    attempts += 1;
    if (attempts === 3) await other.abortTransaction();
    await guarded.items.insertOne({ _id: 'a' }, { session });
    const update = guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
    const { error } = await outcomeOf(update);
    if (error !== undefined) caught.push(error);
  });
  await other.endSession();
  expect(caught.map(codeOf)).toEqual([112, 112]);
  expect(attempts).toBe(3);
  expect(await guarded.ids()).toEqual(['a', 'hot']);
  expect(await hot.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 1 });
});

onEachDriver('a refused command that leaves the transaction alive may be swallowed', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    expect(await failureOf(guarded.items.drop({ session }))).toBeDefined();
  });
  expect(await guarded.ids()).toEqual(['a']);
  expect(findings.map(({ rule }) => rule)).toEqual([]);
});

onEachDriver('a manual commit after a swallowed error throws that error', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertOne({ _id: 'taken' });
  const session = client.startSession();
  session.startTransaction();
  await items.insertOne({ _id: 'a' }, { session });
  const taken = items.insertOne({ _id: 'taken' }, { session }); // misuse: by hand
  const caught = await failureOf(taken);
  expect(await failureOf(session.commitTransaction())).toBe(caught);
  await session.endSession();
  expect(foundIn(findings)).toEqual([misuse('swallowed-error', 'by hand')]);
});

onEachDriver(
  "the user's own error that leaves the callback after a caught one goes through as it is",
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    await guarded.items.insertOne({ _id: 'taken' });
    const mine = new Error('mine');
    const call = manager.withTxn(async session => {
      await failureOf(guarded.items.insertOne({ _id: 'taken' }, { session }));
      throw mine;
    });
    expect(await failureOf(call)).toBe(mine);
    expect(findings).toEqual([]);
  },
);

onEachDriver('a wrapped `NoSuchTransaction` goes through as it is', async driver => {
  const { guarded, manager } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'taken' });
  class Wrapped extends Error {}
  const call = manager.withTxn(async session => {
    await failureOf(guarded.items.insertOne({ _id: 'taken' }, { session }));
    const { error } = await outcomeOf(guarded.items.insertOne({ _id: 'b' }, { session }));
    throw new Wrapped('wrapped', { cause: error });
  });
  expect(await failureOf(call)).toBeInstanceOf(Wrapped);
});

onEachDriver(
  'the next transaction of a session knows nothing of the errors of the one before',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    await items.insertOne({ _id: 'taken' });
    const session = client.startSession();
    session.startTransaction();
    await failureOf(items.insertOne({ _id: 'taken' }, { session }));
    await session.abortTransaction();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    await session.commitTransaction();
    await session.endSession();
    expect(await guarded.ids()).toEqual(['a', 'taken']);
    expect(findings).toEqual([]);
  },
);
