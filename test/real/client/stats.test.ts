import { expect } from 'vitest';
import { processStats } from '../../../src/index.ts';
import { fixture } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { leaving } from '../support/side.ts';

onEachDriver('`stats` counts what waits for a connection, and open transactions', async driver => {
  const { manager, plain, guarded } = await fixture(driver, { client: { maxPoolSize: 1 } });
  const { items } = guarded;
  await items.insertOne({ _id: 'held' });
  expect(manager.stats().pool).toEqual({ checkedOut: 0, available: 1, waiting: 0 });
  await plain.client.withSession(session =>
    session.withTransaction(async () => {
      const held = plain.client.db(items.dbName).collection<{ _id: string }>(items.collectionName);
      await held.updateOne({ _id: 'held' }, { $set: { n: 1 } }, { session });
      const isSent = leaving(guarded, 'update');
      const blocked = items.updateOne({ _id: 'held' }, { $set: { n: 2 } });
      await isSent;
      const behind = items.findOne();
      await expect.poll(() => manager.stats().pool).toEqual({ checkedOut: 1, available: 0, waiting: 1 });
      await session.commitTransaction();
      await Promise.all([blocked, behind]);
    }),
  );
  expect(manager.stats().pool).toEqual({ checkedOut: 0, available: 1, waiting: 0 });
  let open: number | undefined;
  await manager.withTxn(async session => {
    await items.findOne({}, { session });
    open = manager.stats().transactionsOpen;
  });
  expect([open, manager.stats().transactionsOpen]).toEqual([1, 0]);
});

onEachDriver(
  '`stats` counts operations as the user has called them: neither the runner of a transaction, nor the batches of a bulk write',
  async driver => {
    const { manager, guarded } = await fixture(driver);
    const seen: number[] = [];
    const look = () => seen.push(manager.stats().operationsInFlight);
    await manager.withTxn(async session => {
      look();
      const bulk = guarded.items.bulkWrite([{ insertOne: { document: { _id: 'one' } } }], { session });
      look();
      await bulk;
      const found = guarded.items.findOne({}, { session });
      look();
      await found;
      look();
    });
    expect(seen).toEqual([0, 1, 1, 0]);
  },
);

onEachDriver('`stats` counts the calls that wait for others with the same key', async driver => {
  const { manager, guarded } = await fixture(driver);
  const first = gate();
  const began = gate();
  const calls = [
    manager.withTxn(
      async () => {
        began.open();
        await first.opened;
      },
      { serializeBy: 'tea' },
    ),
    manager.withTxn(async session => guarded.items.findOne({}, { session }), { serializeBy: 'tea' }),
    manager.withTxn(async session => guarded.items.findOne({}, { session }), { serializeBy: 'tea' }),
  ];
  await began.opened;
  expect(manager.stats().callsWaiting).toBe(2);
  first.open();
  await Promise.all(calls);
  expect(manager.stats().callsWaiting).toBe(0);
});

onEachDriver(
  '`processStats` counts all clients of the process, also those without a manager',
  async driver => {
    const { manager, plain, guarded } = await fixture(driver);
    await guarded.items.findOne();
    await plain.items.findOne();
    const before = processStats();
    await manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }));
    await plain.client.withSession(session =>
      session.withTransaction(async () => {
        await plain.items.insertOne({ _id: 'a' }, { session });
      }),
    );
    const session = plain.client.startSession();
    session.startTransaction();
    await plain.items.findOne({}, { session });
    const after = processStats();
    expect(after.transactionsCommitted - before.transactionsCommitted).toBe(2);
    expect(after.sessionsStarted - before.sessionsStarted).toBe(3);
    expect(after.transactionsOpen - before.transactionsOpen).toBe(1);
    expect(after.sessionsOpen - before.sessionsOpen).toBe(1);
    expect(after.clientsConnected).toBeGreaterThanOrEqual(2);
    expect(after.pool.checkedOut).toBe(0);
    await session.endSession();
    expect(processStats().transactionsOpen).toBe(before.transactionsOpen);
  },
);
