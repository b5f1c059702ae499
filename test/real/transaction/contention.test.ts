import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import type { Driver } from '../support/drivers.ts';
import { gate } from '../../support/gate.ts';
import { hold, increment, increments, meetOnce } from '../support/increments.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

/** Where the transaction begins whose promise has this name. */
function lineOf(name: string): number {
  const lines = readFileSync(import.meta.filename, 'utf8').split('\n');
  return lines.findIndex(line => line.startsWith(`  const ${name} = manager.withTxn(`)) + 1;
}

function noText(): string {
  throw new Error('This has no text.');
}

onEachDriver('nobody waits for anybody before the first conflict', async driver => {
  const prepared = await fixture(driver);
  await prepared.guarded.items.insertOne({ _id: 'hot', n: 0 });
  await increment(prepared, 'hot', increments);
  const holder = await hold(prepared, 'cold');
  await increment(prepared, 'hot', increments);
  holder.end();
  await holder.done;
  expect(prepared.manager.stats()).toMatchObject({ attemptsHeldBack: 0, transactionsRetried: 0 });
});

onEachDriver(
  'after a conflict at a document, the next waits for it before its first operation; at another it does not',
  async driver => {
    const prepared = await fixture(driver);
    const { items, sent } = prepared.guarded;
    await items.insertMany([
      { _id: 'hot', n: 0 },
      { _id: 'cold', n: 0 },
    ]);
    await meetOnce(prepared, 'hot');
    const holder = await hold(prepared, 'hot');
    const before = sent.length;
    const waiting = increment(prepared, 'hot', increments);
    await increment(prepared, 'cold', increments);
    expect(sent.slice(before).map(({ name }) => name)).toEqual(['find', 'update', 'commitTransaction']);
    expect(prepared.manager.stats()).toMatchObject({ attemptsHeldBack: 1, callbacksRunning: 2 });
    holder.end();
    await Promise.all([holder.done, waiting]);
    expect(await items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 3 });
    expect(prepared.manager.stats().transactionsRetried).toBe(1);
  },
);

onEachDriver('a transaction that waits for its turn is not open for long', async driver => {
  const rules = { 'long-transaction': ['warn', { warnAfterMS: 100 }] } as const;
  const prepared = await fixture(driver, { guard: { rules } });
  const { manager, findings, guarded } = prepared;
  await guarded.items.insertOne({ _id: 'hot', n: 0 });
  await meetOnce(prepared, 'hot');
  const holder = await hold(prepared, 'hot');
  const waiting = manager.withTxn(
    session => guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }),
    increments,
  );
  await expect.poll(() => manager.stats().attemptsHeldBack).toBe(1);
  const end = gate();
  const later = manager.withTxn(async session => {
    await guarded.items.findOne({ _id: 'cold' }, { session });
    await end.opened;
  });
  await expect.poll(() => findings.map(({ place }) => place?.line)).toContain(lineOf('later'));
  const lines = findings.map(({ place }) => place?.line);
  end.open();
  holder.end();
  await Promise.all([holder.done, waiting, later]);
  expect(lines).not.toContain(lineOf('waiting'));
});

onEachDriver('a filter that cannot be read gives the turn of its operation back', async driver => {
  const prepared = await fixture(driver);
  const { manager, guarded } = prepared;
  await guarded.items.insertOne({ _id: 'hot', n: 0 });
  await meetOnce(prepared, 'hot');
  const filter = { note: { _bsontype: 'Unknown', toString: noText } };
  const plain = await failureOf(prepared.plain.items.findOne(filter));
  const transaction = manager.withTxn(
    async session => {
      const failure = await failureOf(guarded.items.findOne(filter, { session }));
      expect(failure).toMatchObject({ name: 'BSONVersionError', message: (plain as Error).message });
      // For the driver the transaction has begun, and for the server it has not.
      await guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
    },
    { ...increments, maxAttempts: 1 },
  );
  expect(await failureOf(transaction)).toMatchObject({ code: 251 });
});

onEachDriver('a transaction inside the callback of another never waits for that one', async driver => {
  const prepared = await fixture(driver);
  const { manager, guarded } = prepared;
  await guarded.items.insertOne({ _id: 'hot', n: 0 });
  await meetOnce(prepared, 'hot');
  const inner = () => increment(prepared, 'hot', { ...increments, nested: 'new' });
  await manager.withTxn(async session => {
    await guarded.items.findOne({ _id: 'hot' }, { session });
    await inner();
  }, increments);
  expect(await guarded.items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 2 });
  expect(manager.stats().attemptsHeldBack).toBe(0);
});

onEachDriver('only a protected client waits', async driver => {
  const prepared = await fixture(driver, { guard: { protect: false } });
  await prepared.guarded.items.insertOne({ _id: 'hot', n: 0 });
  await meetOnce(prepared, 'hot');
  const holder = await hold(prepared, 'hot');
  const other = increment(prepared, 'hot', { ...increments, maxAttempts: 1 });
  expect(await failureOf(other)).toMatchObject({ code: 112 });
  holder.end();
  await holder.done;
  expect(prepared.manager.stats().attemptsHeldBack).toBe(0);
});

onEachDriver('`name` is a text, and `serializeBy` may be a function that is called once', async driver => {
  const prepared = await fixture(driver);
  for (const name of ['', 7 as unknown as string])
    expect(await failureOf(increment(prepared, 'a', { name }))).toMatchObject({
      code: 'ERR_SESSION_GUARD_INVALID_OPTION',
    });
  let calls = 0;
  const key = () => `key ${(calls += 1)}`;
  await increment(prepared, 'a', { serializeBy: key });
  await increment(prepared, 'a', { serializeBy: () => undefined });
  expect(await failureOf(increment(prepared, 'a', { serializeBy: () => '' }))).toMatchObject({
    code: 'ERR_SESSION_GUARD_INVALID_OPTION',
  });
  expect(calls).toBe(1);
});
