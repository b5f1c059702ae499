import type { ClientSession, Collection, Db } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';
import type { Item } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);
const refused = 263;

type Command = (items: Collection<Item>, db: Db, session: ClientSession) => Promise<unknown>;

const commands: Readonly<Record<string, Command>> = {
  createIndex: (items, _, session) => items.createIndex({ n: 1 }, { session }),
  indexes: (items, _, session) => items.indexes({ session }),
  listCollections: (_, db, session) => db.listCollections({}, { session }).toArray(),
  estimatedDocumentCount: (items, _, session) => items.estimatedDocumentCount({ session }),
  drop: (items, _, session) => items.drop({ session }),
  rename: (items, _, session) => items.rename('other', { session }),
  explain: (items, _, session) => items.find({}, { session }).explain(),
  $out: (items, _, session) => items.aggregate([{ $out: 'other' }], { session }).toArray(),
  watch: (items, _, session) => items.watch([], { session }).tryNext(),
  ping: (_, db, session) => db.command({ ping: 1 }, { session }),
  'insert into a capped collection': (_, db, session) => db.collection('capped').insertOne({}, { session }),
  'insertMany into a capped collection': (_, db, session) =>
    db.collection('capped').insertMany([{}, {}], { session }),
  'insert into a system collection': (_, db, session) =>
    db.collection('system.views').insertOne({}, { session }),
  'update of a system collection': (_, db, session) =>
    db.collection('system.views').updateOne({ a: 1 }, { $set: { b: 1 } }, { upsert: true, session }),
};

describe.each(drivers)('$name', driver => {
  describe.each([true, false])('protect: %s', protect => {
    test.each(Object.entries(commands))('%s', async (_name, command) => {
      const { guarded, manager, admin, appName, findings } = await fixture(driver, { guard: { protect } });
      await admin.db(appName).createCollection('capped', { capped: true, size: 4096 });
      await guarded.items.insertOne({ _id: 'a' });
      const failure = await failureOf(
        manager.withTxn(async session => {
          await guarded.items.findOne({}, { session });
          await command(guarded.items, guarded.client.db(appName), session);
        }),
      );
      expect(failure).toBeInstanceOf(driver.lib.MongoServerError);
      expect(findings.map(({ rule }) => rule)).toEqual(['unsupported-in-transaction']);
      expect(findings[0]?.place?.file).toBe(import.meta.filename);
    });
  });
});

onEachDriver('a transaction that dies of a refusal that was caught gives one finding', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'a' });
  const call = manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'b' }, { session });
    await failureOf(guarded.items.createIndex({ n: 1 }, { session })); // misuse: caught
  });
  expect(codeOf(await failureOf(call))).toBe(refused);
  expect(foundIn(findings)).toEqual([misuse('unsupported-in-transaction', 'caught')]);
});

onEachDriver('a transaction by hand that is left to its session gives one finding', async driver => {
  const { guarded, findings } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'a' });
  await guarded.client.withSession(async session => {
    session.startTransaction();
    const made = guarded.items.createIndex({ n: 1 }, { session }); // misuse: by hand
    expect(codeOf(await failureOf(made))).toBe(refused);
  });
  expect(foundIn(findings)).toEqual([misuse('unsupported-in-transaction', 'by hand')]);
});

type Program = (fixture: Fixture) => Promise<unknown>;

// They look like it, and are right.
const correct: Readonly<Record<string, Program>> = {
  'a collection and its index are made in the transaction': async ({
    guarded: { client },
    manager,
    appName,
  }) => {
    await manager.withTxn(async session => {
      await client.db(appName).createCollection('made', { session });
      await client.db(appName).collection('made').createIndex({ n: 1 }, { session });
    });
  },
  'countDocuments and distinct': async ({ guarded: { items }, manager }) => {
    await manager.withTxn(async session => {
      await items.insertOne({ _id: 'a', n: 1 }, { session });
      expect(await items.countDocuments({}, { session })).toBe(1);
      expect(await items.distinct('n', {}, { session })).toEqual([1]);
    });
  },
  'a refused command that was caught and left the transaction alive': async ({
    guarded: { items, ids },
    manager,
  }) => {
    await manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await failureOf(items.indexes({ session }));
    });
    expect(await ids()).toEqual(['a']);
  },
  'the same commands outside of the transaction': async ({
    guarded: { client, items },
    manager,
    appName,
  }) => {
    await items.insertOne({ _id: 'a' });
    await manager.withTxn(async session => {
      await items.insertOne({ _id: 'b' }, { session });
      await client.db(appName).listCollections().toArray();
    });
    await items.createIndex({ n: 1 });
    await client.withSession(session => items.indexes({ session }));
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(correct))('%s', async (_title, program) => {
    const prepared = await fixture(driver);
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
