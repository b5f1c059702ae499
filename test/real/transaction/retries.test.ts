import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, messageOf, type Outcome, outcomeOf } from '../support/outcome.ts';
import { transientError } from '../support/transient-error.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { raceCount } from '../../support/race-count.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

onEachDriver('one session serves all attempts: the same lsid, a rising txnNumber', async driver => {
  const { guarded, manager, findings } = await fixture(driver);
  const attempts: number[] = [];
  const value = await manager.withTxn(async (session, { attempt }) => {
    attempts.push(attempt);
    await guarded.items.insertOne({ _id: 'a' }, { session });
    if (attempt < 3) throw transientError(driver);
    return 42;
  });
  expect(value).toBe(42);
  expect(attempts).toEqual([1, 2, 3]);
  const inserts = guarded.sent.filter(({ name }) => name === 'insert');
  expect(new Set(inserts.map(({ lsid }) => lsid)).size).toBe(1);
  expect(inserts.map(({ command }) => Number(command['txnNumber']))).toEqual([1, 2, 3]);
  expect(manager.stats()).toMatchObject({
    transactionsCommitted: 1,
    transactionsRetried: 2,
    transactionsAborted: 0,
  });
  expect(findings).toEqual([]);
});

onEachDriver('the guard sends no command that the user would not see without it', async driver => {
  const { guarded, plain } = await fixture(driver);
  const program = ({ client, items }: typeof guarded) =>
    client.withSession(async session => {
      let attempt = 0;
      await session.withTransaction(async () => {
        attempt += 1;
        await items.insertOne({ _id: 'a' }, { session });
        await items.findOne({}, { session });
        if (attempt === 1) throw transientError(driver);
      });
    });
  await program(plain);
  await program(guarded);
  expect(guarded.sent.map(({ name }) => name)).toEqual(plain.sent.map(({ name }) => name));
});

onEachDriver('`afterCommit` runs once, and not for attempts that were retried', async driver => {
  const { guarded, manager } = await fixture(driver);
  const ran: string[] = [];
  await manager.withTxn(async (session, txn) => {
    txn.afterCommit(() => ran.push(`commit of ${txn.attempt}`));
    txn.afterAbort(() => ran.push(`abort of ${txn.attempt}`));
    await guarded.items.insertOne({ _id: 'a' }, { session });
    if (txn.attempt < 3) throw transientError(driver);
  });
  expect(ran).toEqual(['commit of 3']);
});

onEachDriver('`afterAbort` runs once, when the transaction is given up', async driver => {
  const { manager } = await fixture(driver);
  const ran: string[] = [];
  const mine = new Error('mine');
  const call = manager.withTxn(async (_session, txn) => {
    txn.afterCommit(() => ran.push('commit'));
    txn.afterAbort(() => ran.push(`abort of ${txn.attempt}`));
    throw txn.attempt < 3 ? transientError(driver) : mine;
  });
  expect(await failureOf(call)).toBe(mine);
  expect(ran).toEqual(['abort of 3']);
});

onEachDriver('`afterAbort` may run a transaction on the given session', async driver => {
  const { guarded, manager } = await fixture(driver);
  const mine = new Error('mine');
  await manager.withSession(async session => {
    const insert = (_id: string) => guarded.items.insertOne({ _id }, { session });
    const call = manager.withTxn(
      async (_session, txn) => {
        txn.afterAbort(() => manager.withTxn(() => insert('b'), { session }));
        await insert('a');
        throw mine;
      },
      { session },
    );
    expect(await failureOf(call)).toBe(mine);
  });
  expect(await guarded.ids()).toEqual(['b']);
});

onEachDriver(
  'an `afterCommit` that fails rejects with a code of its own, after all have run; the commit stays',
  async driver => {
    const { guarded, manager } = await fixture(driver);
    const ran: string[] = [];
    const cause = new Error('mail');
    const call = manager.withTxn(async (session, txn) => {
      txn.afterCommit(() => Promise.reject(cause));
      txn.afterCommit(() => ran.push('second'));
      await guarded.items.insertOne({ _id: 'a' }, { session });
    });
    expect(await failureOf(call)).toMatchObject({ code: 'ERR_SESSION_GUARD_AFTER_COMMIT', cause });
    expect(ran).toEqual(['second']);
    expect(await guarded.ids()).toEqual(['a']);
  },
);

onEachDriver('an unknown commit result is retried until it is known', async driver => {
  const { guarded, manager, admin, appName, findings } = await fixture(driver);
  const unknown = { failCommands: ['commitTransaction'], errorCode: 91 };
  await failCommand(admin, appName, { times: 3 }, unknown);
  let attempts = 0;
  let committed = 0;
  await manager.withTxn(async (session, txn) => {
    attempts += 1;
    txn.afterCommit(() => (committed += 1));
    await guarded.items.insertOne({ _id: 'a' }, { session });
  });
  expect([attempts, committed]).toEqual([1, 1]);
  expect(guarded.sent.filter(({ name }) => name === 'commitTransaction').length).toBeGreaterThanOrEqual(4);
  expect(await guarded.ids()).toEqual(['a']);
  expect(findings).toEqual([]);
});

onEachDriver('a commit whose connection breaks is sent again and written once', async driver => {
  const { guarded, manager, admin, appName, findings } = await fixture(driver);
  await failCommand(
    admin,
    appName,
    { times: 1 },
    { failCommands: ['commitTransaction'], closeConnection: true },
  );
  await manager.withTxn(session => guarded.items.insertOne({ _id: 'a' }, { session }));
  expect(await guarded.ids()).toEqual(['a']);
  expect(findings).toEqual([]);
});

onEachDriver('a network error in the middle runs the callback again', async driver => {
  const { guarded, manager, admin, appName, findings } = await fixture(driver);
  await failCommand(admin, appName, { times: 1 }, { failCommands: ['update'], closeConnection: true });
  let attempts = 0;
  await manager.withTxn(async session => {
    attempts += 1;
    await guarded.items.insertOne({ _id: 'a', n: 0 }, { session });
    await guarded.items.updateOne({ _id: 'a' }, { $inc: { n: 1 } }, { session });
  });
  expect(attempts).toBe(2);
  expect(await guarded.items.findOne({ _id: 'a' })).toEqual({ _id: 'a', n: 1 });
  expect(findings).toEqual([]);
});

onEachDriver(
  'stragglers of a failed attempt never land in the next, however it fails, over many races',
  async driver => {
    const { guarded, manager, admin, appName } = await fixture(driver);
    const conflict = { failCommands: ['update'], errorCode: 112, errorLabels: ['TransientTransactionError'] };
    const races = raceCount(60);
    for (let run = 0; run < races; run += 1) {
      if (run % 3 === 0) await failCommand(admin, appName, { times: 1 }, conflict);
      const late: Promise<Outcome<unknown>>[] = [];
      await manager.withTxn(async (session, { attempt }) => {
        const insert = (name: string) =>
          guarded.items.insertOne({ _id: `${run} ${attempt} ${name}` }, { session });
        if (attempt > 1) return void (await insert('kept'));
        late.push(outcomeOf(insert('first')), outcomeOf(sleep(run % 7).then(() => insert('slept'))));
        if (run % 3 === 0) await guarded.items.updateOne({ _id: 'none' }, { $set: { n: 1 } }, { session });
        else if (run % 3 === 1) await Promise.all([insert('second'), Promise.reject(transientError(driver))]);
        throw transientError(driver);
      });
      await Promise.all(late);
    }
    const ids = await guarded.ids();
    expect(ids.filter(id => id.split(' ')[1] !== '2')).toEqual([]);
    expect(ids).toHaveLength(races);
  },
);

onEachDriver(
  'a callback that is not async is an error that says so, and nothing is written',
  async driver => {
    const { guarded, manager } = await fixture(driver);
    let insert: Promise<Outcome<unknown>> | undefined;
    const notAsync = (session: ClientSession) => {
      insert = outcomeOf(guarded.items.insertOne({ _id: 'a' }, { session }));
    };
    const failure = await failureOf(
      manager.withTxn(notAsync as unknown as (session: ClientSession) => Promise<void>),
    );
    await insert;
    expect(codeOf(failure)).toBe('ERR_SESSION_GUARD_INVALID_ARGUMENT');
    expect(messageOf(failure)).toContain('async');
    expect(await guarded.ids()).toEqual([]);
  },
);

onEachDriver('a callback that throws synchronously rejects with that very error', async driver => {
  const { manager } = await fixture(driver);
  const mine = new Error('mine');
  const throwing = () => {
    throw mine;
  };
  expect(await failureOf(manager.withTxn(throwing))).toBe(mine);
});
