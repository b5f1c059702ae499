import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { SessionGuardTimeoutError } from '../../../src/index.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, messageOf, outcomeOf } from '../support/outcome.ts';

/** Reads a counter and writes what it has read plus one, so that two at once would conflict. */
function increment({ manager, guarded: { items } }: Fixture, serializeBy: string): Promise<unknown> {
  return manager.withTxn(
    async session => {
      const hot = await items.findOne({ _id: 'hot' }, { session });
      await items.updateOne({ _id: 'hot' }, { $set: { n: (hot?.n ?? 0) + 1 } }, { session });
    },
    { serializeBy },
  );
}

onEachDriver('transactions with the same key never conflict', async driver => {
  const prepared = await fixture(driver);
  const { items } = prepared.guarded;
  await items.insertOne({ _id: 'hot', n: 0 });
  await Promise.all(Array.from({ length: 20 }, () => increment(prepared, 'hot')));
  expect(await items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 20 });
  expect(prepared.manager.stats()).toMatchObject({ transactionsRetried: 0, transactionsCommitted: 20 });
  expect(prepared.findings).toEqual([]);
});

onEachDriver('transactions with other keys, or with none, do not wait', async driver => {
  const { manager, guarded } = await fixture(driver);
  const { opened, open } = gate();
  const holding = manager.withTxn(
    async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      await opened;
    },
    { serializeBy: 'a' },
  );
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'b' }, { session }), { serializeBy: 'b' });
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'c' }, { session }));
  open();
  await holding;
  expect(await guarded.ids()).toEqual(['a', 'b', 'c']);
});

onEachDriver('one that fails lets the next begin', async driver => {
  const { manager, guarded } = await fixture(driver);
  const mine = new Error('mine');
  const failing = outcomeOf(manager.withTxn(() => Promise.reject(mine), { serializeBy: 1 }));
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }), { serializeBy: 1 });
  expect((await failing).error).toBe(mine);
});

onEachDriver('`timeoutMS` and `signal` bound the wait, and a call that gave up never runs', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const { opened, open } = gate();
  const options = { serializeBy: 'hot' };
  const holding = manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'first' }, { session });
    await opened;
  }, options);
  let ran = 0;
  const late = async () => void (ran += 1);
  const timedOut = await failureOf(manager.withTxn(late, { ...options, timeoutMS: 30 }));
  expect(timedOut).toBeInstanceOf(SessionGuardTimeoutError);
  expect(messageOf(timedOut)).toContain('before its first attempt');
  const signal = AbortSignal.timeout(30);
  expect(await failureOf(manager.withTxn(late, { ...options, signal }))).toBe(signal.reason);
  open();
  await holding;
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'next' }, { session }), options);
  expect([ran, await guarded.ids(), findings]).toEqual([0, ['first', 'next'], []]);
});

onEachDriver('one that was stopped lets the next begin, also if its callback never returns', async driver => {
  const { manager, guarded } = await fixture(driver, { guard: { closeGraceMS: 100 } });
  const options = { serializeBy: 'hot' };
  const stuck = manager.withTxn(
    async session => {
      await guarded.items.insertOne({ _id: 'stuck' }, { session });
      await new Promise(() => {});
    },
    { ...options, timeoutMS: 50 },
  );
  const next = manager.withTxn(session => guarded.items.insertOne({ _id: 'next' }, { session }), options);
  expect(await failureOf(stuck)).toBeInstanceOf(SessionGuardTimeoutError);
  await next;
  expect(await guarded.ids()).toEqual(['next']);
});

onEachDriver('`afterCommit` may run a transaction with the same key', async driver => {
  const { manager, guarded } = await fixture(driver);
  const options = { serializeBy: 'hot' };
  await manager.withTxn(async (session, txn) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    txn.afterCommit(() =>
      manager.withTxn(own => guarded.items.insertOne({ _id: 'b' }, { session: own }), options),
    );
  }, options);
  expect(await guarded.ids()).toEqual(['a', 'b']);
});

onEachDriver('`afterAbort` may run a transaction with the same key', async driver => {
  const { manager, guarded } = await fixture(driver);
  const options = { serializeBy: 'hot' };
  const mine = new Error('mine');
  const call = manager.withTxn(async (session, txn) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    txn.afterAbort(() =>
      manager.withTxn(own => guarded.items.insertOne({ _id: 'b' }, { session: own }), options),
    );
    throw mine;
  }, options);
  expect(await failureOf(call)).toBe(mine);
  expect(await guarded.ids()).toEqual(['b']);
});

onEachDriver(
  'a call that joins does not wait for its own transaction; one of its own is refused',
  async driver => {
    const { manager, guarded } = await fixture(driver);
    const options = { serializeBy: 'hot' };
    let refused: unknown;
    await manager.withTxn(async () => {
      await manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }), options);
      refused = await failureOf(manager.withTxn(async () => {}, { ...options, nested: 'new' }));
    }, options);
    expect(refused).toMatchObject({ code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT' });
    expect(messageOf(refused)).toContain('"hot"');
    expect(await guarded.ids()).toEqual(['a']);
  },
);

onEachDriver('`close` waits for those that wait for their turn', async driver => {
  const { manager, guarded } = await fixture(driver);
  const options = { serializeBy: 'hot' };
  const insert = (_id: string) =>
    manager.withTxn(async session => {
      await sleep(20);
      await guarded.items.insertOne({ _id }, { session });
    }, options);
  const all = Promise.all(['a', 'b', 'c'].map(insert));
  await sleep(5);
  await manager.close();
  await all;
  expect(await guarded.ids()).toEqual(['a', 'b', 'c']);
});

onEachDriver('`serializeBy` takes a string or a number', async driver => {
  const { manager } = await fixture(driver);
  for (const wrong of ['', Number.NaN, {}, null, true]) {
    const options = { serializeBy: wrong as string };
    expect(await failureOf(manager.withTxn(async () => {}, options))).toMatchObject({
      code: 'ERR_SESSION_GUARD_INVALID_OPTION',
    });
  }
});
