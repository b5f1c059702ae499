import type { ClientSession, MongoClient } from 'mongodb';
import { describe, expect, test } from 'vitest';
import { gate } from '../../support/gate.ts';
import { type Driver, drivers } from '../support/drivers.ts';
import { fixture as fixtureOn, type Fixture, type FixtureOptions } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { passSeconds } from '../support/set-clock.ts';

const misuse = misusesIn(import.meta.filename);
const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

const rules = { 'long-transaction': ['warn', { warnAfterMS: 15_000 }] } as const;

/** For the guard alone: no transaction of these takes so long by itself, however busy the machine is. */
const slowCall = async () => passSeconds(25);

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
    await slowCall();
    await expect.poll(() => foundIn(findings)).toEqual([misuse('long-transaction', 'still open')]);
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

const afterMS = (warnAfterMS: number) => ({ 'long-transaction': ['warn', { warnAfterMS }] }) as const;

/** Everybody waits here until all are there, and then the process does this. */
function whenAllAreThere(block: () => void): () => Promise<void> {
  const { open, opened } = gate();
  let awaited = drivers.length;
  return () => {
    awaited -= 1;
    if (awaited === 0) {
      block();
      open();
    }
    return opened;
  };
}

test('time in which the process was starved of the processor does not count', async () => {
  const starved = whenAllAreThere(() => starve(9000));
  const onOne = async (driver: Driver) => {
    const { guarded, manager, findings } = await fixture(driver, { guard: { rules: afterMS(8000) } });
    await manager.withTxn(async session => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      await starved();
      await guarded.items.insertOne({ _id: 'b' }, { session });
    });
    return findings;
  };
  expect(await Promise.all(drivers.map(onOne))).toEqual(drivers.map(() => []));
});

test("the process's own computing time counts", async () => {
  const computed = whenAllAreThere(() => compute(2200));
  const onOne = async (driver: Driver) => {
    const { guarded, manager, findings } = await fixture(driver, { guard: { rules: afterMS(1500) } });
    const work = async (session: ClientSession) => {
      await guarded.items.insertOne({ _id: 'a' }, { session });
      await computed();
      await guarded.items.insertOne({ _id: 'b' }, { session });
    };
    await manager.withTxn(work); // misuse: computing
    return foundIn(findings);
  };
  const found = [misuse('long-transaction', 'computing')];
  expect(await Promise.all(drivers.map(onOne))).toEqual(drivers.map(() => found));
});

/** How many transactions of an application the server has. */
async function openTransactions(admin: MongoClient, appName: string): Promise<number> {
  const stages = [
    { $currentOp: { idleSessions: true } },
    { $match: { appName, transaction: { $exists: true } } },
  ];
  return (await admin.db('admin').aggregate(stages).toArray()).length;
}

describe.each(drivers)('$name', driver => {
  test.each([true, false])(
    'a transaction that the server gave up during a slow call is reported, protect: %s',
    async protect => {
      const guard = { protect, rules: afterMS(600_000) };
      const { guarded, manager, admin, appName, findings } = await fixture(driver, { guard });
      const { items } = guarded;
      const limitTo = (transactionLifetimeLimitSeconds: number) =>
        admin.db('admin').command({ setParameter: 1, transactionLifetimeLimitSeconds });
      await limitTo(1);
      let isGivenUp = false;
      await manager.withTxn(async session => {
        await items.insertOne({ _id: 'a' }, { session });
        if (!isGivenUp) {
          // With a longer limit the server also looks less often.
          await expect.poll(() => openTransactions(admin, appName)).toBe(0);
          await limitTo(60);
          isGivenUp = true;
          await slowCall();
        }
        await items.insertOne({ _id: 'b' }, { session }); // misuse: given up
      });
      expect(await guarded.ids()).toEqual(['a', 'b']);
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
