import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { fixture } from './support/fixture.ts';
import { onEachDriver } from './support/on-each-driver.ts';

/** Far below the grace of ten seconds, far above what closing takes. */
const atOnceMS = 4000;

onEachDriver('`close` does not wait for a change stream with a session', async driver => {
  const { manager, guarded } = await fixture(driver);
  const session = guarded.client.startSession();
  const stream = guarded.items.watch([], { session });
  stream.on('change', () => undefined).on('error', () => undefined);
  await sleep(100);
  const start = performance.now();
  await manager.close();
  expect(performance.now() - start).toBeLessThan(atOnceMS);
});

onEachDriver('`close` is silent about the last fetch of a change stream that was closed', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  const stream = guarded.items.watch([], { session });
  stream.on('change', () => undefined);
  await sleep(100);
  await stream.close();
  await session.endSession();
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver('`close` is silent about a cursor that was made and never read', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  guarded.items.find();
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver('a second `close` waits for the first', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const call = manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await sleep(150);
    await guarded.items.insertOne({ _id: 'b' }, { session });
  });
  await sleep(50);
  const first = manager.close();
  await sleep(10);
  await manager.close();
  await Promise.all([first, call]);
  expect(await guarded.ids()).toEqual(['a', 'b']);
  expect(findings.map(({ rule }) => rule)).toEqual(['client-closed-in-use']);
});

onEachDriver(
  'an abort that another async context calls for the callback does not wait for the callback',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver);
    const waiting: (() => void)[] = [];
    const timer = setInterval(() => waiting.shift()?.(), 5);
    const start = performance.now();
    await manager.withSession(session =>
      session.withTransaction(async () => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        await new Promise<void>((resolve, reject) => {
          waiting.push(() => session.abortTransaction().then(resolve, reject));
        });
      }),
    );
    clearInterval(timer);
    expect(performance.now() - start).toBeLessThan(atOnceMS);
    expect(findings).toEqual([]);
  },
);

onEachDriver('a cursor that is read by commands is left to who sends them', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  await guarded.items.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
  const db = guarded.client.db(guarded.items.dbName);
  const { collectionName } = guarded.items;
  await manager.withSession(async session => {
    const { cursor } = await db.command(
      { find: collectionName, batchSize: 1 },
      { session, promoteLongs: false },
    );
    await db.command({ killCursors: collectionName, cursors: [cursor.id] }, { session });
  });
  expect(findings).toEqual([]);
});
