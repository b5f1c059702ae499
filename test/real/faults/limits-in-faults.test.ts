import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import { SessionGuardTimeoutError, type WithTxnOptions } from '../../../src/index.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type Fixture } from '../support/fixture.ts';
import type { Driver } from '../support/drivers.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';

let set: Awaited<ReturnType<typeof startReplicaSet>>;

beforeAll(async () => {
  set = await startReplicaSet();
});
afterAll(() => set?.stop());

async function fixture(driver: Driver): Promise<Fixture> {
  const prepared = await fixtureOn(driver, { uri: set.uri, guard: { drainTimeoutMS: 200 } });
  await prepared.manager.connect();
  onTestFinished(() => set.resume());
  return prepared;
}

const insert = ({ manager, guarded }: Fixture, options: WithTxnOptions, then?: () => void) =>
  manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    then?.();
  }, options);

/** After the server answers again: what the call has begun is over, here and on the server. */
async function leavesNothing({ manager, admin, appName, findings }: Fixture): Promise<void> {
  await expect
    .poll(() => manager.stats(), { timeout: 120_000 })
    .toMatchObject({ sessionsOpen: 0, operationsInFlight: 0, callbacksRunning: 0 });
  const open = [
    { $currentOp: { allUsers: true, idleSessions: true, idleConnections: true } },
    { $match: { appName, 'transaction.parameters': { $exists: true } } },
  ];
  const transactions = () => admin.db('admin').aggregate(open).toArray();
  await expect.poll(transactions, { timeout: 120_000 }).toEqual([]);
  // The program has awaited everything: a limit and a server that does not answer are not its fault.
  expect(findings).toEqual([]);
}

onEachDriver('`timeoutMS` and `signal` keep their word while the primary is frozen', async driver => {
  const prepared = await fixture(driver);
  set.pause();
  const timedOut = await failureOf(insert(prepared, { timeoutMS: 100 }));
  const controller = new AbortController();
  const stopped = failureOf(insert(prepared, { signal: controller.signal }));
  controller.abort(new Error('mine'));
  // Both are rejected while nothing answers.
  expect(await stopped).toBe(controller.signal.reason);
  expect(timedOut).toBeInstanceOf(SessionGuardTimeoutError);
  expect(timedOut).toMatchObject({ commitOutcomeUnknown: false });
  set.resume();
  await leavesNothing(prepared);
  expect(await prepared.guarded.ids()).toEqual([]);
});

onEachDriver('a commit that is not answered is of unknown outcome when the time is up', async driver => {
  const prepared = await fixture(driver);
  const isSent = () => prepared.guarded.sent.some(({ name }) => name === 'commitTransaction');
  // On a busy machine the time may be up before the commit: then there is more of it.
  for (let timeoutMS = 300; !isSent(); timeoutMS *= 3) {
    const failure = await failureOf(insert(prepared, { timeoutMS }, () => set.pause()));
    expect(failure).toBeInstanceOf(SessionGuardTimeoutError);
    expect(failure).toMatchObject({ commitOutcomeUnknown: isSent() });
    set.resume();
    await leavesNothing(prepared);
  }
});

onEachDriver('`maxAttempts` counts the attempts that were lost with their connection', async driver => {
  const prepared = await fixture(driver);
  const { admin, appName, guarded } = prepared;
  await failCommand(admin, appName, 'alwaysOn', { failCommands: ['insert'], closeConnection: true });
  const failure = await failureOf(insert(prepared, { maxAttempts: 3 }));
  expect(failure).toBeInstanceOf(driver.lib.MongoNetworkError);
  expect(guarded.sent.filter(({ name }) => name === 'insert')).toHaveLength(3);
  await leavesNothing(prepared);
});

onEachDriver('`timeoutMS` ends a commit that is sent again and again', async driver => {
  const prepared = await fixture(driver);
  const { admin, appName } = prepared;
  await failCommand(admin, appName, 'alwaysOn', { failCommands: ['commitTransaction'], errorCode: 91 });
  const failure = await failureOf(insert(prepared, { timeoutMS: 200 }));
  expect(failure).toMatchObject({ code: 'ERR_SESSION_GUARD_TIMEOUT' });
  await failCommand(admin, appName, { times: 1 }, { failCommands: [], errorCode: 91 });
  await leavesNothing(prepared);
});
