import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { drivers, type Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, outcomeOf } from '../support/outcome.ts';
import { cursorsOpenFor } from '../support/server-cursors.ts';
import type { Item, Side } from '../support/side.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

const misuse = misusesIn(import.meta.filename);
const many: readonly Item[] = Array.from({ length: 100 }, (_, index) => ({
  _id: String(index).padStart(3, '0'),
}));

type Read = (side: Side, session: ClientSession, begun: () => void) => Promise<readonly unknown[]>;

// Readers that are still at it when their session ends: each must be rejected, never end early.
const readers: Readonly<Record<string, Read>> = {
  'for await': async ({ items }, session, begun) => {
    const seen: unknown[] = [];
    for await (const item of items.find({}, { session, batchSize: 5 })) {
      seen.push(item);
      begun();
      await sleep(5);
    }
    return seen;
  },
  'hasNext and next': async ({ items }, session, begun) => {
    const seen: unknown[] = [];
    const cursor = items.find({}, { session, batchSize: 5 });
    while (await cursor.hasNext()) {
      seen.push(await cursor.next());
      begun();
      await sleep(5);
    }
    return seen;
  },
  tryNext: async ({ items }, session, begun) => {
    const seen: unknown[] = [];
    const cursor = items.find({}, { session, batchSize: 5 });
    for (let item = await cursor.next(); item !== null; item = await cursor.tryNext()) {
      seen.push(item);
      begun();
      await sleep(5);
    }
    return seen;
  },
  toArray: async ({ items }, session, begun) => {
    const cursor = items.find({}, { session, batchSize: 5 });
    const first = await cursor.next();
    begun();
    await sleep(50);
    return [first, ...(await cursor.toArray())];
  },
  forEach: async ({ items }, session, begun) => {
    const seen: unknown[] = [];
    const cursor = items.aggregate([{ $match: {} }], { session, batchSize: 5 });
    seen.push(await cursor.next());
    begun();
    await sleep(50);
    await cursor.forEach(item => void seen.push(item));
    return seen;
  },
  stream: async ({ items }, session, begun) => {
    const seen: unknown[] = [];
    for await (const item of items.find({}, { session, batchSize: 5 }).stream()) {
      seen.push(item);
      begun();
      await sleep(5);
    }
    return seen;
  },
};

async function readWhile(side: Side, read: Read, end: (session: ClientSession) => Promise<void>) {
  const session = side.client.startSession();
  const begun = gate();
  const reading = outcomeOf(read(side, session, begun.open));
  await begun.opened;
  await end(session);
  const { error, value } = await reading;
  return { session, error, count: value?.length };
}

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(readers))('%s is rejected when its session has ended', async (_name, read) => {
    const { guarded, admin, findings } = await fixture(driver);
    await guarded.items.insertMany([...many]);
    const { error, count } = await readWhile(guarded, read, session => session.endSession());
    expect(count).toBeUndefined();
    expect(error).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
    expect(await cursorsOpenFor(admin, guarded.items.namespace)).toBe(0);
    const rules = findings.map(({ rule }) => rule);
    expect(
      rules.filter(rule => !['open-cursor', 'unawaited-operation', 'use-after-end'].includes(rule)),
    ).toEqual([]);
    expect(rules.length).toBeGreaterThan(0);
  });
});

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(readers))(
    '%s is rejected when its transaction was committed',
    async (_name, read) => {
      const { guarded, admin } = await fixture(driver);
      await guarded.items.insertMany([...many]);
      const inTransaction: Read = (side, session, begun) => {
        session.startTransaction();
        return read(side, session, begun);
      };
      const { session, error, count } = await readWhile(guarded, inTransaction, own =>
        own.commitTransaction(),
      );
      expect(count).toBeUndefined();
      expect(error).toBeInstanceOf(Error);
      expect(await cursorsOpenFor(admin, guarded.items.namespace)).toBe(0);
      await session.endSession();
    },
  );
});

onEachDriver(
  'an open cursor of a transaction is killed at the commit and reported where it was read',
  async driver => {
    const { guarded, manager, admin, findings } = await fixture(driver);
    await guarded.items.insertMany([...many]);
    await manager.withTxn(async session => {
      const cursor = guarded.items.find({}, { session, batchSize: 5 });
      await cursor.next(); // misuse: cursor of a transaction
    });
    expect(await cursorsOpenFor(admin, guarded.items.namespace)).toBe(0);
    expect(foundIn(findings)).toEqual([misuse('open-cursor', 'cursor of a transaction')]);
  },
);

onEachDriver('an open cursor of a transaction by hand is killed at the abort and reported', async driver => {
  const { guarded, admin, findings } = await fixture(driver);
  await guarded.items.insertMany([...many]);
  const session = guarded.client.startSession();
  session.startTransaction();
  await guarded.items.find({}, { session, batchSize: 5 }).next(); // misuse: cursor before abort
  await session.abortTransaction();
  expect(await cursorsOpenFor(admin, guarded.items.namespace)).toBe(0);
  await session.endSession();
  expect(foundIn(findings)).toEqual([misuse('open-cursor', 'cursor before abort')]);
});

onEachDriver('cursors of listCollections, listIndexes and runCommand are killed as well', async driver => {
  const { guarded, admin, appName } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertMany([...many]);
  for (const field of ['a', 'b', 'c', 'd']) await items.createIndex({ [field]: 1 });
  const session = client.startSession();
  await items.listIndexes({ session, batchSize: 1 }).next();
  await items.aggregate([{ $match: {} }], { session, batchSize: 1 }).next();
  await client.db(appName).runCursorCommand({ find: items.collectionName, batchSize: 2 }, { session }).next();
  await session.endSession();
  const stages = [{ $currentOp: { idleCursors: true } }, { $match: { type: 'idleCursor' } }];
  const idle = await admin.db('admin').aggregate(stages).toArray();
  expect(idle.filter(cursor => String(cursor['ns']).startsWith(appName))).toEqual([]);
});

describe.each(drivers)('$name', driver => {
  test.each(['tailable cursor', 'change stream'])(
    'a %s is stopped on the server and not waited for',
    async kind => {
      const { guarded, admin, appName, findings } = await fixture(driver, {
        guard: { drainTimeoutMS: 60_000 },
      });
      await admin.db(appName).createCollection('capped', { capped: true, size: 4096 });
      const capped = guarded.client.db(appName).collection('capped');
      await capped.insertOne({});
      const session = guarded.client.startSession();
      // Longer than a test may take.
      const options = { session, maxAwaitTimeMS: 600_000 };
      const cursor =
        kind === 'change stream'
          ? capped.watch([], options)
          : capped.find({}, { ...options, tailable: true, awaitData: true });
      if (kind !== 'change stream') await cursor.next();
      let answered = false;
      const waiting = failureOf(cursor.next()).finally(() => (answered = true));
      while (guarded.sent.at(-1)?.name !== 'getMore') await sleep(1);
      await session.endSession();
      expect(answered).toBe(false);
      expect(guarded.sent.map(({ name }) => name)).toContain('killCursors');
      // The server looks up at a write, and sees that the cursor is killed.
      await admin.db(appName).collection('capped').insertOne({});
      expect(await waiting).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
      expect(findings.map(({ rule }) => rule)).toEqual(['open-cursor']);
      await cursor.close();
    },
  );
});

onEachDriver('a fetch on the wire at the end is waited for', async driver => {
  const { guarded, admin, appName, findings } = await fixture(driver);
  await guarded.items.insertMany([...many]);
  const session = guarded.client.startSession();
  const cursor = guarded.items.find({}, { session, batchSize: 60 });
  for (let count = 0; count < 60; count += 1) await cursor.next();
  const slow = { failCommands: ['getMore'], blockConnection: true, blockTimeMS: 100 };
  await failCommand(admin, appName, 'alwaysOn', slow);
  const rest = outcomeOf(cursor.toArray()); // misuse: fetch
  while (guarded.sent.at(-1)?.name !== 'getMore') await sleep(1);
  await session.endSession();
  expect((await rest).value).toHaveLength(40);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'fetch')]);
});

onEachDriver('a cursor that was rewound and read to its end leaves nothing open', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
  await client.withSession(async session => {
    const cursor = items.find({}, { session, batchSize: 1 });
    await cursor.next();
    cursor.rewind();
    expect(await cursor.toArray()).toHaveLength(3);
  });
  expect(findings).toEqual([]);
});

onEachDriver('of a change stream that is left open it says that it was not closed', async driver => {
  const { guarded, appName, findings } = await fixture(driver);
  const { client, items } = guarded;
  const session = client.startSession();
  const stream = items.watch([], { session });
  await stream.tryNext();
  await session.endSession();
  await stream.close();
  expect(findings.map(({ rule, messageId, data }) => [rule, messageId, data])).toEqual([
    ['open-cursor', 'tail', { what: `change stream on ${appName}.guarded` }],
  ]);
});
