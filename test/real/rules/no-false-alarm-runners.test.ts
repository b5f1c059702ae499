import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { outsideTxn } from '../../../src/index.ts';
import { drivers, type Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type Fixture, type FixtureOptions } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { codeOf, failureOf } from '../support/outcome.ts';
import { transientError } from '../support/transient-error.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

type Program = (fixture: Fixture) => Promise<void>;

// Correct transactions that look suspicious. Each gives no finding at all.
const errors: Readonly<Record<string, Program>> = {
  'an abort by hand, then return': async ({ guarded: { client, items, ids } }) => {
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        await session.abortTransaction();
      }),
    );
    expect(await ids()).toEqual([]);
  },
  'an error caught around the whole transaction': async ({ guarded: { items }, manager }) => {
    await items.insertOne({ _id: 'a' });
    const failure = await failureOf(manager.withTxn(session => items.insertOne({ _id: 'a' }, { session })));
    expect(codeOf(failure)).toBe(11000);
  },
  'an error rethrown in a class of the user': async ({ guarded: { items }, manager }) => {
    await items.insertOne({ _id: 'a' });
    class Taken extends Error {}
    const failure = await failureOf(
      manager.withTxn(async session => {
        try {
          await items.insertOne({ _id: 'a' }, { session });
        } catch (cause) {
          throw new Taken('taken', { cause });
        }
      }),
    );
    expect(failure).toBeInstanceOf(Taken);
  },
  'an error rethrown as another, without a cause': async ({ guarded: { items }, manager }) => {
    await items.insertOne({ _id: 'a' });
    const mine = new RangeError('taken');
    const failure = await failureOf(
      manager.withTxn(async session => {
        const taken = await failureOf(items.insertOne({ _id: 'a' }, { session }));
        if (taken !== undefined) throw mine;
      }),
    );
    expect(failure).toBe(mine);
  },
  "an error of the client's own validation, caught": async ({ guarded: { items, ids }, manager }) => {
    await manager.withTxn(async session => {
      await failureOf(items.insertMany([], { session }));
      await items.insertOne({ _id: 'a' }, { session });
    });
    expect(await ids()).toEqual(['a']);
  },
  'a refused command that leaves the transaction alive': async ({
    guarded: { client, items, ids },
    manager,
  }) => {
    await manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await failureOf(client.db('test').command({ noSuchCommand: 1 }, { session }));
      await items.insertOne({ _id: 'b' }, { session });
    });
    expect(await ids()).toEqual(['a', 'b']);
  },
  'a failed transaction retried by the caller': async ({ guarded: { items, ids }, manager, driver }) => {
    const once = () =>
      manager.withTxn(session =>
        items.insertOne({ _id: 'a' }, { session }).then(() => Promise.reject(new Error('no'))),
      );
    await failureOf(once());
    await manager.withTxn(async (session, { attempt }) => {
      await items.insertOne({ _id: 'a' }, { session });
      if (attempt < 3) throw transientError(driver);
    });
    expect(await ids()).toEqual(['a']);
  },
  'a commit repeated by hand after an unknown outcome': async ({
    guarded: { client, items, ids },
    admin,
    appName,
  }) => {
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    await failCommand(
      admin,
      appName,
      { times: 2 },
      { failCommands: ['commitTransaction'], closeConnection: true },
    );
    expect(await failureOf(session.commitTransaction())).toBeDefined();
    await session.commitTransaction();
    await session.endSession();
    expect(await ids()).toEqual(['a']);
  },
};

const work: Readonly<Record<string, Program>> = {
  '`Promise.all` of transactions with sessions of their own': async ({
    guarded: { items, ids },
    manager,
  }) => {
    const insert = (_id: string) => manager.withTxn(session => items.insertOne({ _id }, { session }));
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(insert));
    expect(await ids()).toHaveLength(5);
  },
  'background work with its own session inside a callback': async ({
    guarded: { client, items, ids },
    manager,
  }) => {
    let background: Promise<unknown> | undefined;
    await manager.withTxn(async session => {
      background = client.withSession(own => items.insertOne({ _id: 'own' }, { session: own }));
      await items.insertOne({ _id: 'a' }, { session });
    });
    await background;
    expect(await ids()).toEqual(['a', 'own']);
  },
  'a transaction of its own in the background of a callback': async ({
    guarded: { items, ids },
    manager,
  }) => {
    let background: Promise<unknown> | undefined;
    await manager.withTxn(async session => {
      const own = (inner: typeof session) => items.insertOne({ _id: 'own' }, { session: inner });
      background = manager.withTxn(own, { nested: 'new' });
      await items.insertOne({ _id: 'a' }, { session });
    });
    await background;
    expect(await ids()).toEqual(['a', 'own']);
  },
  'a driver transaction in the background of a callback': async ({
    guarded: { client, items, ids },
    manager,
  }) => {
    let background: Promise<unknown> | undefined;
    await manager.withTxn(async session => {
      background = client.withSession(own =>
        own.withTransaction(() => items.insertOne({ _id: 'own' }, { session: own })),
      );
      await items.insertOne({ _id: 'a' }, { session });
    });
    await background;
    expect(await ids()).toEqual(['a', 'own']);
  },
  'all kinds of operations in a transaction': async ({ guarded: { items }, manager }) => {
    await manager.withTxn(async session => {
      await items.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }], { session });
      await items.bulkWrite(
        [
          { updateOne: { filter: { _id: 'a' }, update: { $set: { n: 1 } } } },
          { deleteOne: { filter: { _id: 'b' } } },
        ],
        { session },
      );
      expect(await items.findOne({ _id: 'a' }, { session })).toEqual({ _id: 'a', n: 1 });
      expect(await items.countDocuments({}, { session })).toBe(2);
      expect(await items.distinct('n', {}, { session })).toEqual([1]);
      await items.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 1 } }, { session });
      await items.updateMany({}, { $set: { seen: true } }, { session });
      await items.deleteMany({ _id: 'c' }, { session });
      expect(await items.aggregate([{ $count: 'n' }], { session }).toArray()).toEqual([{ n: 1 }]);
    });
  },
  'an ordered and an unordered bulk builder': async ({ guarded: { client, items, ids }, manager }) => {
    await client.connect();
    await manager.withTxn(async session => {
      await items.initializeOrderedBulkOp({ session }).insert({ _id: 'a' }).execute({ session });
      await items.initializeUnorderedBulkOp({ session }).insert({ _id: 'b' }).execute({ session });
    });
    expect(await ids()).toEqual(['a', 'b']);
  },
  'commands that a transaction does not take, without the session': async ({
    guarded: { client, items },
    manager,
  }) => {
    await manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await client.db('admin').command({ ping: 1 });
      await client.db('test').listCollections().toArray();
    });
  },
  'a write that is meant to be outside, in `outsideTxn`': async ({ guarded: { items, ids }, manager }) => {
    const mine = new Error('mine');
    const call = manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await outsideTxn(() => items.insertOne({ _id: 'audit' }));
      throw mine;
    });
    expect(await failureOf(call)).toBe(mine);
    expect(await ids()).toEqual(['audit']);
  },
  'a transaction on another client in the callback': async ({
    guarded: { items },
    admin,
    appName,
    manager,
  }) => {
    await manager.withTxn(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await admin.db(appName).collection('other').insertOne({});
      await admin.withSession(own =>
        own.withTransaction(() => admin.db(appName).collection('other').insertOne({}, { session: own })),
      );
    });
  },
  'work without a session after the transaction, begun by its callback': async ({
    guarded: { items, ids },
    manager,
  }) => {
    const committed = gate();
    let later: Promise<unknown> | undefined;
    await manager.withTxn(async session => {
      later = committed.opened.then(() => sleep(1)).then(() => items.insertOne({ _id: 'later' }));
      await items.insertOne({ _id: 'a' }, { session });
    });
    committed.open();
    await later;
    expect(await ids()).toEqual(['a', 'later']);
  },
  'one operation after the other over concurrent runners': async ({ guarded: { items }, manager }) => {
    await items.insertOne({ _id: 'hot', n: 0 });
    const add = () =>
      manager.withTxn(session => items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }));
    await Promise.all([add(), add(), add()]);
    expect(await items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 3 });
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries({ ...errors, ...work }))('%s', async (_title, program) => {
    const prepared = await fixture(driver);
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
