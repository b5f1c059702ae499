import { expect } from 'vitest';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import type { Driver } from '../support/drivers.ts';
import { gate } from '../../support/gate.ts';
import { hold, increment, increments, meetOnce } from '../support/increments.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { SessionGuardTimeoutError } from '../../../src/index.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

onEachDriver('`timeoutMS` ends the wait for others, and leaves nothing behind', async driver => {
  const prepared = await fixture(driver);
  const { items } = prepared.guarded;
  await items.insertOne({ _id: 'hot', n: 0 });
  await meetOnce(prepared, 'hot');
  const holder = await hold(prepared, 'hot');
  const late = increment(prepared, 'hot', { ...increments, timeoutMS: 50 });
  expect(await failureOf(late)).toBeInstanceOf(SessionGuardTimeoutError);
  holder.end();
  await holder.done;
  await expect.poll(() => prepared.manager.stats()).toMatchObject({ sessionsOpen: 0, callbacksRunning: 0 });
  expect(await items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 2 });
});

onEachDriver('one that was stopped takes no turn any more', async driver => {
  const prepared = await fixture(driver);
  const { manager, guarded } = prepared;
  const { items } = guarded;
  await items.insertMany(['hot', 'warm', 'cold'].map(_id => ({ _id, n: 0 })));
  const stop = new AbortController();
  const started = gate();
  const go = gate();
  const stopped = manager.withTxn(
    async session => {
      await items.findOne({ _id: 'cold' }, { session });
      started.open();
      await go.opened;
      const updates = ['hot', 'warm'].map(_id => ({
        updateOne: { filter: { _id }, update: { $inc: { n: 1 } } },
      }));
      await items.bulkWrite(updates, { session });
    },
    { ...increments, signal: stop.signal },
  );
  const failure = failureOf(stopped);
  await started.opened;
  await meetOnce(prepared, 'hot');
  await meetOnce(prepared, 'warm');
  const hot = await hold(prepared, 'hot');
  const warm = await hold(prepared, 'warm');
  go.open();
  // It has met the first holder, and waits for it before its second attempt.
  await expect.poll(() => manager.stats().attemptsWaiting).toBe(1);
  stop.abort();
  expect(await failure).toMatchObject({ name: 'AbortError' });
  hot.end();
  warm.end();
  await Promise.all([hot.done, warm.done]);
  await expect.poll(() => manager.stats()).toMatchObject({ sessionsOpen: 0, attemptsWaiting: 0 });
  await increment(prepared, 'warm', increments);
  expect(manager.stats().attemptsHeldBack).toBe(1);
});

onEachDriver("an operation's own `signal` ends its wait for others, and it is not sent", async driver => {
  const prepared = await fixture(driver);
  const { manager, guarded } = prepared;
  const { items, sent } = guarded;
  await items.insertOne({ _id: 'hot', n: 0 });
  await meetOnce(prepared, 'hot');
  const holder = await hold(prepared, 'hot');
  const before = sent.length;
  const stop = new AbortController();
  const waiting = manager.withTxn(
    session => items.findOne({ _id: 'hot' }, { session, signal: stop.signal }),
    increments,
  );
  const failure = failureOf(waiting);
  await expect.poll(() => manager.stats().attemptsHeldBack).toBe(1);
  stop.abort(new Error('not needed any more'));
  expect(await failure).toBe(stop.signal.reason);
  expect(sent.slice(before).map(({ name }) => name)).not.toContain('find');
  holder.end();
  await holder.done;
  await expect.poll(() => manager.stats()).toMatchObject({ sessionsOpen: 0, callbacksRunning: 0 });
  await increment(prepared, 'hot', increments);
  expect(manager.stats().attemptsHeldBack).toBe(1);
});

onEachDriver('one that was stopped and whose callback never returns holds nobody up', async driver => {
  const prepared = await fixture(driver, { guard: { closeGraceMS: 100 } });
  const { manager, guarded } = prepared;
  await guarded.items.insertOne({ _id: 'hot', n: 0 });
  await meetOnce(prepared, 'hot');
  const stuck = manager.withTxn(
    async session => {
      await guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 100 } }, { session });
      await new Promise(() => {});
    },
    { ...increments, timeoutMS: 100 },
  );
  expect(await failureOf(stuck)).toBeInstanceOf(SessionGuardTimeoutError);
  await increment(prepared, 'hot', increments);
  expect(await guarded.items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 2 });
});
