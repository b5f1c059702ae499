import { getEventListeners, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { SessionGuardTimeoutError, type Txn } from '../../../src/index.ts';
import type { Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { transientError } from '../support/transient-error.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();

/** Connected, so that a callback begins in the same turn as its call, and a time limit never comes before it. */
async function fixture(driver: Driver, options?: FixtureOptions) {
  const connected = await fixtureOn(driver, { uri: uri(), ...options });
  await connected.guarded.client.connect();
  return connected;
}

onEachDriver(
  '`timeoutMS` rejects at once while an operation hangs, ends the session and writes nothing later',
  async driver => {
    const { guarded, manager, admin, appName, findings } = await fixture(driver);
    const slow = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 2500 };
    await failCommand(admin, appName, 'alwaysOn', slow);
    let session: ClientSession | undefined;
    let answered = false;
    const call = manager.withTxn(
      async own => {
        session = own;
        await guarded.items.insertOne({ _id: 'a' }, { session: own });
        answered = true;
      },
      { timeoutMS: 100 },
    );
    const failure = await failureOf(call);
    expect(failure).toBeInstanceOf(SessionGuardTimeoutError);
    expect(failure).toMatchObject({ code: 'ERR_SESSION_GUARD_TIMEOUT', commitOutcomeUnknown: false });
    expect(answered).toBe(false);
    await expect.poll(() => session?.hasEnded).toBe(true);
    expect(guarded.sent.map(({ name }) => name)).not.toContain('commitTransaction');
    expect(await guarded.ids()).toEqual([]);
    expect(manager.stats()).toMatchObject({ sessionsOpen: 0, operationsInFlight: 0, callbacksRunning: 0 });
    expect(findings).toEqual([]);
  },
);

onEachDriver('`timeoutMS` stops a loop of retries, with its last error as the cause', async driver => {
  const { manager } = await fixture(driver);
  const error = transientError(driver);
  const attempts: number[] = [];
  let failure: unknown;
  const callback = async (_session: ClientSession, { attempt, signal }: Txn) => {
    attempts.push(attempt);
    if (attempt === 3) await aborted(signal);
    throw error;
  };
  // On a busy machine the time may be up before the third attempt: then there is more of it.
  for (let timeoutMS = 200; !attempts.includes(3); timeoutMS *= 3) {
    failure = await failureOf(manager.withTxn(callback, { timeoutMS }));
    await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
  }
  expect(failure).toMatchObject({ code: 'ERR_SESSION_GUARD_TIMEOUT', cause: error });
  expect(attempts.slice(-3)).toEqual([1, 2, 3]);
});

onEachDriver('`timeoutMS` during the commit says that its outcome is unknown', async driver => {
  const { guarded, manager, admin, appName } = await fixture(driver);
  const insert = (session: ClientSession) => guarded.items.insertOne({ _id: 'a' }, { session });
  const isSent = () => guarded.sent.some(({ name }) => name === 'commitTransaction');
  // On a busy machine the time may be up before the commit: then there is more of it.
  for (let timeoutMS = 200; !isSent(); timeoutMS *= 3) {
    const slow = { failCommands: ['commitTransaction'], blockConnection: true, blockTimeMS: 2 * timeoutMS };
    await failCommand(admin, appName, { times: 1 }, slow);
    const failure = await failureOf(manager.withTxn(insert, { timeoutMS }));
    expect(failure).toMatchObject({ code: 'ERR_SESSION_GUARD_TIMEOUT', commitOutcomeUnknown: isSent() });
    await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
  }
});

onEachDriver(
  'a call that was stopped sends no commit while its transaction is being aborted',
  async driver => {
    const { guarded, manager, admin, appName } = await fixture(driver);
    const slow = { failCommands: ['abortTransaction'], blockConnection: true, blockTimeMS: 400 };
    await failCommand(admin, appName, { times: 1 }, slow);
    const inserted = gate();
    const stop = new AbortController();
    const call = manager.withTxn(
      async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        inserted.open();
        await expect.poll(() => guarded.sent.at(-1)?.name, { interval: 5 }).toBe('abortTransaction');
      },
      { signal: stop.signal },
    );
    const failure = failureOf(call);
    await inserted.opened;
    const reason = new Error('stopped');
    stop.abort(reason);
    expect(await failure).toBe(reason);
    await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
    expect(guarded.sent.map(({ name }) => name)).not.toContain('commitTransaction');
    expect(await guarded.ids()).toEqual([]);
  },
);

onEachDriver('a callback that goes on after the time-out cannot write', async driver => {
  const { guarded, manager } = await fixture(driver);
  let later: Promise<unknown> | undefined;
  const call = manager.withTxn(
    async (session, { signal }) => {
      await failureOf(guarded.items.insertOne({ _id: 'a' }, { session }));
      if (!signal.aborted) await aborted(signal);
      later = failureOf(guarded.items.insertOne({ _id: 'b' }, { session }));
      await later;
    },
    { timeoutMS: 200 },
  );
  expect(await failureOf(call)).toBeInstanceOf(SessionGuardTimeoutError);
  await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
  await expect.poll(() => later).toBeDefined();
  expect(await guarded.ids()).toEqual([]);
});

onEachDriver('a callback that never settles does not keep the session after the time-out', async driver => {
  const { guarded, manager } = await fixture(driver, { guard: { closeGraceMS: 100 } });
  const stuck = async (session: ClientSession) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await new Promise(() => {});
  };
  const isSent = (wanted: string) => guarded.sent.some(({ name }) => name === wanted);
  // A transaction that nothing was sent in is not aborted on the server.
  for (let timeoutMS = 100; !isSent('insert'); timeoutMS *= 3) {
    expect(await failureOf(manager.withTxn(stuck, { timeoutMS }))).toBeInstanceOf(SessionGuardTimeoutError);
    await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
  }
  expect(isSent('abortTransaction')).toBe(true);
});

onEachDriver('`maxAttempts` throws the last error, the same object', async driver => {
  const { manager, guarded, findings } = await fixture(driver);
  const errors: Error[] = [];
  const call = manager.withTxn(
    async (session, { attempt }) => {
      await guarded.items.insertOne({ _id: `${attempt}` }, { session });
      const error = transientError(driver);
      errors.push(error);
      throw error;
    },
    { maxAttempts: 3 },
  );
  expect(await failureOf(call)).toBe(errors[2]);
  expect(errors).toHaveLength(3);
  expect(await guarded.ids()).toEqual([]);
  expect(findings).toEqual([]);
});

onEachDriver('`maxAttempts: 1` lets a transaction that succeeds be', async driver => {
  const { manager, guarded } = await fixture(driver);
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }), { maxAttempts: 1 });
  expect(await guarded.ids()).toEqual(['a']);
});

onEachDriver('`maxAttempts` counts a commit that fails with a transient error', async driver => {
  const { manager, guarded, admin, appName } = await fixture(driver);
  const fail = {
    failCommands: ['commitTransaction'],
    errorCode: 251,
    errorLabels: ['TransientTransactionError'],
  };
  await failCommand(admin, appName, 'alwaysOn', fail);
  let attempts = 0;
  const call = manager.withTxn(
    async session => {
      attempts += 1;
      await guarded.items.insertOne({ _id: 'a' }, { session });
    },
    { maxAttempts: 2 },
  );
  expect(await failureOf(call)).toMatchObject({ code: 251 });
  expect(attempts).toBe(2);
  // The fail point has answered for the server, which still holds the transaction.
  await admin.db('admin').command({ killAllSessions: [] });
});

onEachDriver('a signal that is aborted before the call sends nothing and runs nothing', async driver => {
  const { manager, guarded } = await fixture(driver);
  const reason = new Error('gone');
  let calls = 0;
  const call = manager.withTxn(async () => void (calls += 1), { signal: AbortSignal.abort(reason) });
  expect(await failureOf(call)).toBe(reason);
  expect([calls, guarded.sent, manager.stats().sessionsStarted]).toEqual([0, [], 0]);
});

onEachDriver(
  'a signal rejects at once with its reason, stops the callback and writes nothing',
  async driver => {
    const { manager, guarded, findings } = await fixture(driver);
    const controller = new AbortController();
    const reason = { why: 'the user left' };
    let seen: unknown;
    const call = manager.withTxn(
      async (session, txn) => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        setTimeout(() => controller.abort(reason), 10);
        await aborted(txn.signal);
        seen = txn.signal.reason;
      },
      { signal: controller.signal },
    );
    expect(await failureOf(call)).toBe(reason);
    await expect.poll(() => manager.stats().sessionsOpen).toBe(0);
    expect(seen).toBe(reason);
    expect(await guarded.ids()).toEqual([]);
    expect(findings).toEqual([]);
  },
);

onEachDriver('a signal leaves no listener behind', async driver => {
  const { manager, guarded } = await fixture(driver);
  const { signal } = new AbortController();
  const before = listeners(signal);
  for (let run = 0; run < 20; run += 1)
    await manager.withTxn(session => guarded.items.insertOne({ _id: `${run}` }, { session }), { signal });
  await sleep(0);
  expect(listeners(signal)).toBe(before);
});

onEachDriver('a joined call is bounded by its own `timeoutMS`', async driver => {
  const { manager, guarded } = await fixture(driver);
  const call = manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await manager.withTxn(() => sleep(300), { timeoutMS: 50 });
  });
  expect(await failureOf(call)).toBeInstanceOf(SessionGuardTimeoutError);
  expect(await guarded.ids()).toEqual([]);
});

function aborted(signal: AbortSignal): Promise<unknown> {
  return once(signal, 'abort');
}

function listeners(signal: AbortSignal): number {
  return getEventListeners(signal, 'abort').length;
}
