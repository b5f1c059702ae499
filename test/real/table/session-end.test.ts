import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, messageOf, outcomeOf } from '../support/outcome.ts';
import { cursorsOpenFor } from '../support/server-cursors.ts';
import { leaving, type Side } from '../support/side.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

// The programs of the design's table that end a session, each first without us.
const misuse = misusesIn(import.meta.filename);

async function firstOperation({ client, items }: Side) {
  await client.connect();
  const session = client.startSession();
  const insert = outcomeOf(items.insertOne({ _id: 'a' }, { session })); // misuse: first operation
  await session.endSession();
  return insert;
}

onEachDriver(
  'an operation that is not awaited before `endSession` is lost, and with us written',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    const { error } = await firstOperation(plain);
    expect(error).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
    expect(messageOf(error)).toBe('Cannot use a session that has ended');
    expect(await plain.ids()).toEqual([]);

    expect((await firstOperation(guarded)).error).toBeUndefined();
    expect(await guarded.ids()).toEqual(['a']);
    expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'first operation')]);
  },
);

async function onTheWire(side: Side) {
  const { client, items, sent } = side;
  await client.connect();
  const order: string[] = [];
  const session = client.startSession();
  const done = () => order.push('insert');
  const onItsWay = leaving(side, 'insert');
  const insert = outcomeOf(items.insertOne({ _id: 'a' }, { session }).finally(done)); // misuse: on the wire
  await onItsWay;
  await session.endSession();
  order.push('end');
  await client.withSession(async next => {
    await items.findOne({}, { session: next });
  });
  order.push('next');
  await insert;
  const lsids = sent.filter(({ name }) => name !== 'endSessions').map(({ lsid }) => lsid);
  return { order, sameSession: lsids[0] === lsids.at(-1) };
}

onEachDriver(
  'an operation on the wire at `endSession` shares its lsid with the next session, and with us never',
  async driver => {
    const { plain, guarded, findings, admin, appName } = await fixture(driver);
    const slow = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 200 };
    await failCommand(admin, appName, 'alwaysOn', slow);
    const without = await onTheWire(plain);
    expect(without.sameSession).toBe(true);
    expect(without.order[0]).toBe('end');

    expect((await onTheWire(guarded)).order).toEqual(['insert', 'end', 'next']);
    expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'on the wire')]);
  },
);

async function openCursor({ client, items }: Side) {
  await items.insertMany([{ _id: '1' }, { _id: '2' }, { _id: '3' }, { _id: '4' }]);
  const session = client.startSession();
  const cursor = items.find({}, { session, batchSize: 2 }).sort({ _id: 1 });
  const first = await cursor.next(); // misuse: open cursor
  await session.endSession();
  return { cursor, first };
}

onEachDriver(
  'a cursor open at `endSession` stays on the server, and with us is killed there',
  async driver => {
    const { plain, guarded, findings, admin } = await fixture(driver);
    const left = await openCursor(plain);
    await left.cursor.next();
    expect(await failureOf(left.cursor.next())).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
    await left.cursor.close();
    expect(await cursorsOpenFor(admin, plain.items.namespace)).toBe(1);

    const { cursor, first } = await openCursor(guarded);
    expect(first).toEqual({ _id: '1' });
    expect(await cursorsOpenFor(admin, guarded.items.namespace)).toBe(0);
    expect(await cursor.next()).toEqual({ _id: '2' });
    expect(await failureOf(cursor.next())).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
    expect(foundIn(findings)[0]).toEqual(misuse('open-cursor', 'open cursor'));
    expect(findings.map(({ rule }) => rule)).toEqual(['open-cursor', 'use-after-end']);
  },
);

async function afterTheEnd({ client, items }: Side) {
  await client.connect();
  const session = client.startSession();
  await session.endSession();
  const insert = await failureOf(items.insertOne({ _id: 'a' }, { session })); // misuse: insert after end
  const requests = [{ insertOne: { document: { _id: 'b' } } }];
  const bulk = await failureOf(items.bulkWrite(requests, { session })); // misuse: bulk after end
  return { insert, bulk };
}

onEachDriver(
  'an operation on an ended session fails without a place, and with us names three',
  async driver => {
    const { plain, guarded, findings } = await fixture(driver);
    const without = await afterTheEnd(plain);
    expect(messageOf(without.insert)).toBe('Use of expired sessions is not permitted');
    expect(without.bulk).toBeInstanceOf(driver.lib.MongoBulkWriteError);

    const { insert, bulk } = await afterTheEnd(guarded);
    for (const error of [insert, bulk]) {
      expect(error).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
      expect(error).toMatchObject({
        code: 'ERR_SESSION_GUARD_EXPIRED_SESSION',
        rule: 'use-after-end',
        startedAt: expect.stringContaining(import.meta.filename),
        endedAt: expect.stringContaining(import.meta.filename),
        usedAt: expect.stringContaining(import.meta.filename),
      });
    }
    expect(await guarded.ids()).toEqual([]);
    expect(foundIn(findings)).toEqual([
      misuse('use-after-end', 'insert after end'),
      misuse('use-after-end', 'bulk after end'),
    ]);
  },
);

async function startAfterTheEnd({ client }: Side) {
  const session = client.startSession();
  await session.endSession();
  session.startTransaction(); // misuse: start after end
}

onEachDriver('`startTransaction` on an ended session passes, and with us is refused', async driver => {
  const { plain, guarded, findings } = await fixture(driver);
  expect(await failureOf(startAfterTheEnd(plain))).toBeUndefined();

  expect(await failureOf(startAfterTheEnd(guarded))).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
  expect(foundIn(findings)).toEqual([misuse('use-after-end', 'start after end')]);
});

async function neverEnded({ client }: Side): Promise<void> {
  await client.connect();
  client.startSession(); // misuse: never ended
}

onEachDriver(
  'a session that is never ended is held by its client, and with us reported as an apparent leak',
  async driver => {
    const rules = { 'session-leak': ['warn', { warnAfterMS: 100 }] } as const;
    const { plain, guarded, findings } = await fixture(driver, { guard: { rules } });
    await neverEnded(plain);
    expect(activeSessions(plain)).toBe(1);

    await neverEnded(guarded);
    await expect.poll(() => foundIn(findings)).toEqual([misuse('session-leak', 'never ended')]);
  },
);

onEachDriver(
  '`dropIndexes` with an ended or a foreign session drops nothing, up to driver 7.8 in silence, and with us is reported',
  async driver => {
    const { plain, guarded, findings, admin } = await fixture(driver);
    const drop = async ({ client, items }: Side) => {
      await items.createIndex({ x: 1 });
      const session = client.startSession();
      await session.endSession();
      const ended = await outcomeOf(items.dropIndexes({ session })); // misuse: drop with ended
      const foreign = admin.startSession();
      const other = await outcomeOf(items.dropIndexes({ session: foreign })); // misuse: drop with foreign
      await foreign.endSession();
      return { outcomes: [ended, other], exists: await items.indexExists('x_1') };
    };
    const { outcomes, exists } = await drop(plain);
    // 7.9 rejects, as for every other operation.
    for (const { value, error } of outcomes) expect(error instanceof Error || value === false).toBe(true);
    expect(exists).toBe(true);

    expect((await drop(guarded)).exists).toBe(true);
    expect(foundIn(findings)).toContainEqual(misuse('use-after-end', 'drop with ended'));
    expect(findings.map(({ rule }) => rule)).not.toContain('unawaited-operation');
  },
);

onEachDriver('a session of another client is reported', async driver => {
  const { plain, guarded, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  // Up to driver 7.8 it gives false.
  await failureOf(plain.items.dropIndexes({ session })); // misuse: foreign session
  await session.endSession();
  expect(foundIn(findings)).toEqual([misuse('wrong-client', 'foreign session')]);
});

/** The driver's own list, which holds them strongly. */
function activeSessions({ client }: Side): number {
  const { s } = client as unknown as { readonly s: { readonly activeSessions: ReadonlySet<unknown> } };
  return s.activeSessions.size;
}
