import { expect } from 'vitest';
import { codes, outsideTxn, SessionGuardError } from '../../../src/index.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type Fixture } from '../support/fixture.ts';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { leaving } from '../support/side.ts';
import { transientError } from '../support/transient-error.ts';
import { gate } from '../../support/gate.ts';

const uri = ownReplicaSet();
const reason = new Error('the user left');

/** A call is stopped by `stop.abort(reason)`. */
async function fixture(driver: Driver): Promise<Fixture & { readonly stop: AbortController }> {
  const prepared = await fixtureOn(driver, { uri: uri() });
  await prepared.manager.connect();
  return { ...prepared, stop: new AbortController() };
}

onEachDriver('a call that is stopped between two attempts makes no finding', async driver => {
  const { manager, guarded, findings, stop } = await fixture(driver);
  manager.once('transactionAborted', () => stop.abort(reason));
  let attempts = 0;
  const call = manager.withTxn(
    async session => {
      attempts += 1;
      await guarded.items.insertOne({ _id: 'a' }, { session });
      throw transientError(driver);
    },
    { signal: stop.signal },
  );
  expect(await failureOf(call)).toBe(reason);
  await expect.poll(() => manager.stats()).toMatchObject({ sessionsOpen: 0, callbacksRunning: 0 });
  expect(attempts).toBe(1);
  expect(findings).toEqual([]);
});

onEachDriver(
  'a callback that continues after the stop is refused with an error that says so, and makes no finding',
  async driver => {
    const { manager, guarded, findings, stop } = await fixture(driver);
    const over = gate();
    const failures: unknown[] = [];
    const call = manager.withTxn(
      async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        stop.abort(reason);
        // At once, while the transaction is being aborted; and after the end of the session.
        failures.push(await failureOf(guarded.items.insertOne({ _id: 'b' }, { session })));
        await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
        failures.push(await failureOf(guarded.items.insertOne({ _id: 'c' }, { session })));
        const writes = [{ insertOne: { document: { _id: 'd' } } }];
        failures.push(await failureOf(guarded.items.bulkWrite(writes, { session })));
        over.open();
      },
      { signal: stop.signal },
    );
    expect(await failureOf(call)).toBe(reason);
    await over.opened;
    for (const failure of failures) {
      expect(failure).toBeInstanceOf(SessionGuardError);
      expect(failure).toMatchObject({ code: codes.attemptOver });
      expect((failure as Error).message).toContain('was stopped by timeoutMS or signal');
    }
    expect(await guarded.ids()).toEqual([]);
    expect(findings).toEqual([]);
  },
);

onEachDriver('a signal during the commit says that its outcome is unknown', async driver => {
  const { manager, guarded, admin, appName, findings, stop } = await fixture(driver);
  const slow = { failCommands: ['commitTransaction'], blockConnection: true, blockTimeMS: 500 };
  await failCommand(admin, appName, { times: 1 }, slow);
  void leaving(guarded, 'commitTransaction').then(() => stop.abort(reason));
  const call = manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }), {
    signal: stop.signal,
  });
  const failure = await failureOf(call);
  expect(failure).toBeInstanceOf(SessionGuardError);
  expect(failure).toMatchObject({ code: codes.commitUnknown, commitOutcomeUnknown: true, cause: reason });
  await expect.poll(() => manager.stats()).toMatchObject({ sessionsOpen: 0, transactionsCommitted: 1 });
  expect(await guarded.ids()).toEqual(['a']);
  expect(findings).toEqual([]);
});

onEachDriver(
  'with `inject`, nothing that the callback sends after the stop is written, also not by a `withTxn` in it',
  async driver => {
    const { manager, guarded, findings, stop } = await fixture(driver);
    const { items } = guarded;
    const over = gate();
    const failures: unknown[] = [];
    const outside: Promise<unknown>[] = [];
    const call = manager.withTxn(
      async () => {
        await items.insertOne({ _id: 'a' });
        stop.abort(reason);
        await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
        failures.push(await failureOf(items.insertOne({ _id: 'b' })));
        failures.push(await failureOf(items.find().toArray()));
        failures.push(await failureOf(items.bulkWrite([{ insertOne: { document: { _id: 'c' } } }])));
        failures.push(await failureOf(manager.withTxn(() => items.insertOne({ _id: 'd' }))));
        outside.push(outsideTxn(() => items.insertOne({ _id: 'log' })));
        over.open();
      },
      { inject: true, signal: stop.signal },
    );
    expect(await failureOf(call)).toBe(reason);
    await over.opened;
    await Promise.all(outside);
    expect(failures.map(failure => (failure as Error).message)).toEqual(
      failures.map(() => expect.stringContaining('was stopped by timeoutMS or signal') as unknown),
    );
    expect(await guarded.ids()).toEqual(['log']);
    expect(findings).toEqual([]);
  },
);

onEachDriver(
  'what a callback has left running is not refused once the callback of a stopped call has returned',
  async driver => {
    const { manager, guarded, stop } = await fixture(driver);
    const returned = gate();
    const work: Promise<unknown>[] = [];
    const call = manager.withTxn(
      async () => {
        work.push(returned.opened.then(() => guarded.items.insertOne({ _id: 'poller' })));
        stop.abort(reason);
        await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
        // It returns before the next turn of the event loop.
        setImmediate(returned.open);
      },
      { inject: true, signal: stop.signal },
    );
    expect(await failureOf(call)).toBe(reason);
    await Promise.all(work);
    expect(await guarded.ids()).toEqual(['poller']);
  },
);

onEachDriver('a signal during `afterCommit` does not say that the commit is unknown', async driver => {
  const { manager, guarded, stop } = await fixture(driver);
  const call = manager.withTxn(
    async (session, txn) => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      txn.afterCommit(() => stop.abort(reason));
    },
    { signal: stop.signal },
  );
  expect(await failureOf(call)).toBe(reason);
  expect(await guarded.ids()).toEqual(['a']);
});
