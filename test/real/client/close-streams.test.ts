import { expect } from 'vitest';
import { fixture } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { outcomeOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';

/** Longer than a test may take: who waits for it does not come to the end. */
const endless = 3_600_000;

/** Until a change stream waits for the server. */
async function fetching({ sent }: Side): Promise<void> {
  await expect.poll(() => sent.at(-1)?.name, { interval: 2 }).toBe('getMore');
}

onEachDriver('`close` does not wait for a change stream with a session', async driver => {
  const { manager, guarded } = await fixture(driver, { guard: { closeGraceMS: endless } });
  const session = guarded.client.startSession();
  const stream = guarded.items.watch([], { session });
  stream.on('change', () => undefined).on('error', () => undefined);
  await fetching(guarded);
  await manager.close();
});

onEachDriver('`close` is silent about the last fetch of a change stream that was closed', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const session = guarded.client.startSession();
  const stream = guarded.items.watch([], { session });
  stream.on('change', () => undefined);
  await fetching(guarded);
  await stream.close();
  await session.endSession();
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver('`close` does not wait for a tailable cursor without a session', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const db = guarded.client.db(guarded.items.dbName);
  const log = await db.createCollection('log', { capped: true, size: 10_000 });
  await log.insertOne({});
  const cursor = log.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 1000 });
  await cursor.next();
  const second = outcomeOf(cursor.next());
  await fetching(guarded);
  await manager.close();
  await second;
  expect(findings.filter(({ rule }) => rule === 'client-closed-in-use')).toEqual([]);
});

onEachDriver('`close` is silent about a cursor that was made and never read', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  guarded.items.find();
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver('a second `close` waits for the first', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const inside = gate();
  const goOn = gate();
  const call = manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    inside.open();
    await goOn.opened;
    await guarded.items.insertOne({ _id: 'b' }, { session });
  });
  await inside.opened;
  const first = manager.close();
  const second = manager.close().then(() => guarded.ids());
  goOn.open();
  expect(await second).toEqual(['a', 'b']);
  await Promise.all([first, call]);
  expect(findings.map(({ rule }) => rule)).toEqual(['client-closed-in-use']);
});

onEachDriver(
  'an abort that another async context calls for the callback does not wait for the callback',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver, { guard: { drainTimeoutMS: endless } });
    const waiting: (() => void)[] = [];
    const timer = setInterval(() => waiting.shift()?.(), 5);
    await manager.withSession(session =>
      session.withTransaction(async () => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        await new Promise<void>((resolve, reject) => {
          waiting.push(() => session.abortTransaction().then(resolve, reject));
        });
      }),
    );
    clearInterval(timer);
    expect(findings).toEqual([]);
  },
);

onEachDriver('a cursor that is read by commands is left to the sender of the commands', async driver => {
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
