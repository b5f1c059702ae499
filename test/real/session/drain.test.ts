import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, type Outcome, outcomeOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

const misuse = misusesIn(import.meta.filename);

onEachDriver(
  '`commitTransaction` waits for operations in flight, which commit with the transaction',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const session = client.startSession();
    session.startTransaction();
    const late = [
      outcomeOf(items.insertOne({ _id: 'a' }, { session })), // misuse: before commit
      outcomeOf(items.insertOne({ _id: 'b' }, { session })), // misuse: second before commit
    ];
    await session.commitTransaction();
    expect((await Promise.all(late)).map(({ error }) => error)).toEqual([undefined, undefined]);
    await session.endSession();
    expect(await guarded.ids()).toEqual(['a', 'b']);
    expect(foundIn(findings)).toEqual([
      misuse('parallel-in-transaction', 'second before commit'),
      misuse('unawaited-operation', 'before commit'),
    ]);
  },
);

onEachDriver(
  '`abortTransaction` waits for operations in flight, which vanish with the transaction',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const session = client.startSession();
    session.startTransaction();
    const late = outcomeOf(items.insertOne({ _id: 'a' }, { session })); // misuse: before abort
    await session.abortTransaction();
    expect((await late).error).toBeUndefined();
    await session.endSession();
    expect(await guarded.ids()).toEqual([]);
    expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'before abort')]);
  },
);

onEachDriver('a commit that is not awaited is waited for by `endSession`', async driver => {
  const { guarded, findings } = await fixture(driver);
  const { client, items } = guarded;
  const session = client.startSession();
  session.startTransaction();
  await items.insertOne({ _id: 'a' }, { session });
  const commit = outcomeOf(session.commitTransaction()); // misuse: commit
  await session.endSession();
  expect((await commit).error).toBeUndefined();
  expect(await guarded.ids()).toEqual(['a']);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'commit')]);
});

onEachDriver('a runner that is not awaited is waited for by `endSession`', async driver => {
  const { guarded, findings } = await fixture(driver, { guard: { drainTimeoutMS: 60_000 } });
  const { client, items } = guarded;
  const session = client.startSession();
  const callback = async () => {
    await items.insertOne({ _id: 'a' }, { session });
    await sleep(30);
    await items.insertOne({ _id: 'b' }, { session });
  };
  const runner = outcomeOf(session.withTransaction(callback)); // misuse: runner
  await session.endSession();
  expect((await runner).error).toBeUndefined();
  expect(await guarded.ids()).toEqual(['a', 'b']);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'runner')]);
});

onEachDriver('a chain of operations that is not awaited is drained to its last', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const chain = async (session: Parameters<typeof guarded.items.insertOne>[1]) => {
    for (const id of ['a', 'b', 'c', 'd', 'e']) await guarded.items.insertOne({ _id: id }, session); // misuse: chain
  };
  let left: Promise<Outcome<void>> | undefined;
  await manager.withSession(async session => {
    left = outcomeOf(chain({ session }));
  });
  expect((await left)?.error).toBeUndefined();
  expect(await guarded.ids()).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'chain')]);
});

onEachDriver("a straggler's failure fails the transaction with the straggler's own error", async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  await guarded.items.insertOne({ _id: 'taken' });
  let late: Promise<Outcome<unknown>> | undefined;
  let attempts = 0;
  const failure = await failureOf(
    manager.withTxn(async session => {
      attempts += 1;
      await guarded.items.insertOne({ _id: 'a' }, { session });
      late = outcomeOf(guarded.items.insertOne({ _id: 'taken' }, { session })); // misuse: failing straggler
    }),
  );
  expect(codeOf(failure)).toBe(11000);
  expect(failure).toBe((await late)?.error);
  expect(attempts).toBe(1);
  expect(await guarded.ids()).toEqual(['taken']);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'failing straggler')]);
});

onEachDriver(
  'a straggler that sleeps between operations uses the session after its end, and its error says so',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver);
    const over = gate();
    let second: Promise<Outcome<unknown>> | undefined;
    await manager.withTxn(async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      const slept = over.opened.then(() => sleep(1));
      second = slept.then(() => outcomeOf(guarded.items.insertOne({ _id: 'late' }, { session }))); // misuse: slept
    });
    over.open();
    expect((await second)?.error).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
    expect(await guarded.ids()).toEqual(['a']);
    expect(foundIn(findings)).toEqual([misuse('use-after-end', 'slept')]);
  },
);

onEachDriver(
  'a straggler that sleeps into the next transaction of its session is kept out of it',
  async driver => {
    const { guarded, findings } = await fixture(driver);
    const { client, items } = guarded;
    const session = client.startSession();
    const next = gate();
    let late: Promise<Outcome<unknown>> | undefined;
    const settled: unknown[] = [];
    await session.withTransaction(async () => {
      await items.insertOne({ _id: 'a' }, { session });
      const slept = next.opened.then(() => sleep(1));
      late = slept.then(() => outcomeOf(items.insertOne({ _id: 'late' }, { session }))); // misuse: slept over
    });
    await session.withTransaction(async () => {
      await items.insertOne({ _id: 'b' }, { session });
      void late?.then(outcome => settled.push(outcome));
      next.open();
      // Who awaited it would make it an operation of this transaction.
      while (settled.length === 0) await sleep(1);
    });
    expect(codeOf((await late)?.error)).toBe('ERR_SESSION_GUARD_ATTEMPT_OVER');
    await session.endSession();
    expect(await guarded.ids()).toEqual(['a', 'b']);
    expect(foundIn(findings)).toEqual([misuse('use-after-end', 'slept over')]);
  },
);

onEachDriver('a drain that exceeds `drainTimeoutMS` is reported and goes on', async driver => {
  const { guarded, findings, admin, appName } = await fixture(driver, { guard: { drainTimeoutMS: 100 } });
  const { client, items } = guarded;
  await client.connect();
  const slow = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 3000 };
  await failCommand(admin, appName, 'alwaysOn', slow);
  const session = client.startSession();
  let done = false;
  const late = outcomeOf(items.insertOne({ _id: 'a' }, { session }).finally(() => (done = true))); // misuse: slow
  await session.endSession();
  expect(done).toBe(false);
  expect(session.hasEnded).toBe(true);
  await late;
  expect(foundIn(findings)).toEqual([
    misuse('unawaited-operation', 'slow'),
    misuse('unawaited-operation', 'slow'),
  ]);
  expect(findings.map(({ messageId }) => messageId)).toEqual(['session', 'exceeded']);
});

onEachDriver('`drainTimeoutMS: Infinity` waits as long as the operation needs', async driver => {
  const { guarded, findings, admin, appName } = await fixture(driver, {
    guard: { drainTimeoutMS: Infinity },
  });
  const { client, items } = guarded;
  await client.connect();
  const slow = { failCommands: ['insert'], blockConnection: true, blockTimeMS: 200 };
  await failCommand(admin, appName, { times: 1 }, slow);
  const session = client.startSession();
  let done = false;
  const late = outcomeOf(items.insertOne({ _id: 'a' }, { session }).finally(() => (done = true))); // misuse: as long
  await session.endSession();
  expect(done).toBe(true);
  expect((await late).error).toBeUndefined();
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'as long')]);
});

onEachDriver('with `protect: false` findings are the same and nothing is waited for', async driver => {
  const { guarded, findings } = await fixture(driver, { guard: { protect: false } });
  const { client, items } = guarded;
  await client.connect();
  const session = client.startSession();
  const late = outcomeOf(items.insertOne({ _id: 'a' }, { session })); // misuse: unprotected
  await session.endSession();
  expect((await late).error).toBeInstanceOf(driver.lib.MongoExpiredSessionError);
  expect(foundIn(findings)).toEqual([misuse('unawaited-operation', 'unprotected')]);
});

onEachDriver('severity `off` does not switch the drain off', async driver => {
  const { guarded, findings } = await fixture(driver, { guard: { rules: 'off' } });
  const session = guarded.client.startSession();
  const late = outcomeOf(guarded.items.insertOne({ _id: 'a' }, { session }));
  await session.endSession();
  expect((await late).error).toBeUndefined();
  expect(findings).toEqual([]);
});
