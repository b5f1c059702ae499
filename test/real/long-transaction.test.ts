import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { type Driver, drivers } from './support/drivers.ts';
import { fixture as fixtureOn, type Fixture, type FixtureOptions } from './support/fixture.ts';
import { foundIn, misusesIn } from './support/found.ts';
import { onEachDriver } from './support/on-each-driver.ts';
import { failureOf } from './support/outcome.ts';
import { ownReplicaSet } from './support/own-server.ts';

const misuse = misusesIn(import.meta.filename);
const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

const rules = { 'long-transaction': ['warn', { warnAfterMS: 200 }] } as const;
const slowCall = () => sleep(300);

onEachDriver('a slow call inside `withTxn` is reported, between its operations', async driver => {
  const { guarded, manager, appName, findings } = await fixture(driver, { guard: { rules } });
  const { items } = guarded;
  await items.insertOne({ _id: 'a', n: 1 });
  const takeOne = async (session: ClientSession) => {
    await items.findOne({ _id: 'a' }, { session });
    await slowCall();
    await items.updateOne({ _id: 'a' }, { $inc: { n: -1 } }, { session });
  };
  await manager.withTxn(takeOne); // misuse: slow call
  expect(foundIn(findings)).toEqual([misuse('long-transaction', 'slow call')]);
  const namespace = `${appName}.guarded`;
  expect(findings[0]).toMatchObject({
    messageId: 'open',
    data: { after: `find on ${namespace}`, before: `update on ${namespace}` },
  });
});

onEachDriver('a slow call inside a transaction by hand is reported', async driver => {
  const { guarded, findings } = await fixture(driver, { guard: { rules } });
  await guarded.client.withSession(async session => {
    session.startTransaction(); // misuse: by hand
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await slowCall();
    await session.commitTransaction();
  });
  expect(foundIn(findings)).toEqual([misuse('long-transaction', 'by hand')]);
});

onEachDriver('a transaction that stays open is reported while it runs', async driver => {
  const { guarded, findings } = await fixture(driver, { guard: { rules } });
  await guarded.client.withSession(async session => {
    session.startTransaction(); // misuse: still open
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await expect
      .poll(() => foundIn(findings), { timeout: 5000 })
      .toEqual([misuse('long-transaction', 'still open')]);
    await session.commitTransaction();
  });
  expect(findings).toHaveLength(1);
});

/** The thread stands still without using the processor, as one does that the machine does not let run. */
function starve(forMS: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMS);
}

/** On a busy machine it takes longer: what counts is what the processor has done. */
function compute(forMS: number): void {
  const before = process.cpuUsage();
  while (process.cpuUsage(before).user + process.cpuUsage(before).system < forMS * 1000);
}

const starvedRules = { 'long-transaction': ['warn', { warnAfterMS: 1500 }] } as const;

onEachDriver('time in which the process was starved of the processor does not count', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { guard: { rules: starvedRules } });
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    starve(2200);
    await guarded.items.insertOne({ _id: 'b' }, { session });
  });
  expect(findings).toEqual([]);
});

onEachDriver('what the process itself computes does count', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { guard: { rules: starvedRules } });
  const work = async (session: ClientSession) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    compute(2200);
    await guarded.items.insertOne({ _id: 'b' }, { session });
  };
  await manager.withTxn(work); // misuse: computing
  expect(foundIn(findings)).toEqual([misuse('long-transaction', 'computing')]);
});

describe.each(drivers)('$name', driver => {
  test.each([true, false])(
    'a transaction that the server gave up during a slow call is reported, protect: %s',
    async protect => {
      const { guarded, manager, admin, findings } = await fixture(driver, { guard: { protect } });
      const { items } = guarded;
      const limit = { setParameter: 1, transactionLifetimeLimitSeconds: 1 };
      await admin.db('admin').command(limit);
      let attempts = 0;
      await manager.withTxn(async session => {
        attempts += 1;
        await items.insertOne({ _id: 'a' }, { session });
        if (attempts === 1) await sleep(3000);
        await items.insertOne({ _id: 'b' }, { session }); // misuse: given up
      });
      await admin.db('admin').command({ ...limit, transactionLifetimeLimitSeconds: 60 });
      expect(attempts).toBe(2);
      expect(foundIn(findings)).toEqual([misuse('long-transaction', 'given up')]);
      expect(findings[0]?.messageId).toBe('gone');
    },
  );
});

type Program = (fixture: Fixture) => Promise<unknown>;

// They look like it, and are right.
const correct: Readonly<Record<string, Program>> = {
  'a slow call before the first operation of a transaction': async ({ guarded: { items }, manager }) => {
    await manager.withTxn(async session => {
      await slowCall();
      await items.insertOne({ _id: 'a' }, { session });
    });
  },
  'a slow call between two transactions on one session': async ({ guarded: { client, items } }) => {
    await client.withSession(async session => {
      for (const id of ['a', 'b']) {
        await session.withTransaction(() => items.insertOne({ _id: id }, { session }));
        await slowCall();
      }
    });
  },
  'a slow call in `afterCommit`': async ({ guarded: { items }, manager }) => {
    await manager.withTxn(async (session, txn) => {
      await items.insertOne({ _id: 'a' }, { session });
      txn.afterCommit(slowCall);
    });
  },
  'a long session without a transaction': async ({ guarded: { client, items } }) => {
    await client.withSession(async session => {
      await items.insertOne({ _id: 'a' }, { session });
      await slowCall();
      await items.findOne({}, { session });
    });
  },
  'a transaction that fails at once after a slow call': async ({ guarded: { items }, manager }) => {
    await items.insertOne({ _id: 'a' });
    await slowCall();
    await failureOf(manager.withTxn(session => items.insertOne({ _id: 'a' }, { session })));
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(correct))('%s', async (_title, program) => {
    const prepared = await fixture(driver, { guard: { rules } });
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
