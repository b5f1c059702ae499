import { describe, expect, test } from 'vitest';
import { type Driver, drivers } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type Fixture, type FixtureOptions } from '../support/fixture.ts';
import { holdHot } from '../support/hold-hot.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import type { Item } from '../support/side.ts';
import { transientError } from '../support/transient-error.ts';

const misuse = misusesIn(import.meta.filename);
const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

onEachDriver(
  '`withTxn` on a document that another transaction holds is reported at the operation',
  async driver => {
    const prepared = await fixture(driver);
    const { guarded, manager, appName, findings } = prepared;
    const release = await holdHot(prepared);
    await manager.withTxn(async (session, { attempt }) => {
      if (attempt === 6) await release();
      await guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }); // misuse: hot
    });
    expect(foundIn(findings)).toEqual([misuse('retry-storm', 'hot')]);
    expect(findings[0]).toMatchObject({
      messageId: 'conflict',
      data: { attempts: 5, operation: `update on ${appName}.guarded`, error: 'WriteConflict' },
      count: 1,
    });
  },
);

onEachDriver("so is the driver's own `withTransaction`", async driver => {
  const prepared = await fixture(driver);
  const { guarded, findings } = prepared;
  const release = await holdHot(prepared);
  let attempts = 0;
  await guarded.client.withSession(session =>
    session.withTransaction(async () => {
      attempts += 1;
      if (attempts === 6) await release();
      await guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }); // misuse: hot helper
    }),
  );
  expect(foundIn(findings)).toEqual([misuse('retry-storm', 'hot helper')]);
});

onEachDriver('so is a loop by hand', async driver => {
  const prepared = await fixture(driver);
  const { guarded, findings } = prepared;
  const release = await holdHot(prepared);
  await guarded.client.withSession(async session => {
    for (let attempt = 1; attempt <= 7; attempt += 1) {
      if (attempt === 6) await release();
      session.startTransaction();
      const update = guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }); // misuse: by hand
      const failed = (await failureOf(update)) !== undefined;
      await (failed ? session.abortTransaction() : session.commitTransaction());
      if (!failed) break;
    }
  });
  expect(foundIn(findings)).toEqual([misuse('retry-storm', 'by hand')]);
});

onEachDriver('so is a loop by hand that takes a fresh session for each attempt', async driver => {
  const prepared = await fixture(driver);
  const { guarded, findings } = prepared;
  const release = await holdHot(prepared);
  const attempt = async () => {
    const session = guarded.client.startSession();
    try {
      await guarded.items.findOne({ _id: 'other' });
      session.startTransaction();
      await guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }); // misuse: fresh
      await session.commitTransaction();
    } catch (error) {
      await session.abortTransaction();
      throw error;
    } finally {
      await session.endSession();
    }
  };
  for (let left = 7; left > 0; left -= 1) {
    if (left === 2) await release();
    if ((await failureOf(attempt())) === undefined) break;
  }
  expect(foundIn(findings)).toEqual([misuse('retry-storm', 'fresh')]);
  expect(findings[0]?.data).toMatchObject({ attempts: 5, error: 'WriteConflict' });
});

onEachDriver('commits that conflict are reported too', async driver => {
  const { guarded, manager, admin, appName, findings } = await fixture(driver);
  const errorLabels = ['TransientTransactionError'];
  const fail = { failCommands: ['commitTransaction'], errorCode: 112, errorLabels };
  await failCommand(admin, appName, { times: 5 }, fail);
  // Each attempt inserts another one: the fail point has answered for the server, which still holds what came before.
  await manager.withTxn((session, { attempt }) =>
    guarded.items.insertOne({ _id: `${attempt}` }, { session }),
  );
  expect(findings.map(({ rule, data }) => [rule, data['operation']])).toEqual([
    ['retry-storm', `the commit of what it does on ${appName}.guarded`],
  ]);
  await admin.db('admin').command({ killAllSessions: [] });
});

type Program = (fixture: Fixture) => Promise<unknown>;

// They look like it, and are right.
const correct: Readonly<Record<string, Program>> = {
  'a few retries': async ({ guarded: { items }, manager, driver }) => {
    await manager.withTxn(async (session, { attempt }) => {
      await items.insertOne({ _id: 'a' }, { session });
      if (attempt < 4) throw transientError(driver);
    });
  },
  'many transactions on one session, each of which succeeds': async ({ guarded: { client, items } }) => {
    await client.withSession(async session => {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f'])
        await session.withTransaction(() => items.insertOne({ _id: id }, { session }));
    });
  },
  'many transactions on one session, each of which fails for good': async ({
    guarded: { client, items },
  }) => {
    await items.insertOne({ _id: 'a' });
    await client.withSession(async session => {
      for (let n = 0; n < 6; n += 1) {
        session.startTransaction();
        await failureOf(items.insertOne({ _id: 'a' }, { session }));
        await session.abortTransaction();
      }
    });
  },
  'a commit that is sent again because its outcome is unknown': async ({
    guarded: { items },
    manager,
    admin,
    appName,
  }) => {
    const fail = { failCommands: ['commitTransaction'], closeConnection: true };
    await failCommand(admin, appName, { times: 6 }, fail);
    await manager.withTxn(session => items.insertOne({ _id: 'a' }, { session }));
  },
  'transactions that take turns by `serializeBy`': async ({ guarded: { items }, manager }) => {
    await items.insertOne({ _id: 'hot', n: 0 });
    const add = () =>
      manager.withTxn(session => items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }), {
        serializeBy: 'hot',
      });
    await Promise.all(Array.from({ length: 20 }, add));
    expect(await items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 20 });
  },
  'jobs that fail one after the other, each on a document of its own': async prepared => {
    const { guarded, admin, appName } = prepared;
    const { client, items } = guarded;
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    await items.insertMany(ids.map(id => ({ _id: id })));
    const other = admin.startSession();
    other.startTransaction();
    const all = admin.db(appName).collection<Item>(items.collectionName);
    await all.updateMany({}, { $set: { n: 1 } }, { session: other });
    for (const id of ids) {
      const session = client.startSession();
      session.startTransaction();
      expect(await failureOf(items.updateOne({ _id: id }, { $set: { n: 2 } }, { session }))).toBeDefined();
      await session.abortTransaction();
      await session.endSession();
    }
    await other.endSession();
  },
  'requests at once that each try again twice with fresh sessions': async ({
    guarded: { client, items },
  }) => {
    await items.insertOne({ _id: 'hot', n: 0 });
    const request = async () => {
      for (let attempt = 0; attempt < 3; attempt += 1) {
        const session = client.startSession();
        try {
          session.startTransaction();
          await items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
          await session.commitTransaction();
          return;
        } catch {
          await session.abortTransaction();
        } finally {
          await session.endSession();
        }
      }
    };
    await Promise.all(Array.from({ length: 8 }, request));
  },
  'work on the same document that the transaction around it does not wait for': async ({
    guarded: { client, items },
  }) => {
    await items.insertOne({ _id: 'hot', n: 0 });
    let later: Promise<unknown> | undefined;
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
        later ??= client.withSession(own =>
          own.withTransaction(() => items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session: own })),
        );
        await items.findOne({ _id: 'hot' }, { session });
      }),
    );
    await later;
  },
  'a duplicate key that is given up at once': async ({ guarded: { items }, manager }) => {
    await items.insertOne({ _id: 'a' });
    const taken = manager.withTxn(session => items.insertOne({ _id: 'a' }, { session }));
    expect(codeOf(await failureOf(taken))).toBe(11000);
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(correct))('%s', async (_title, program) => {
    const prepared = await fixture(driver);
    await program(prepared);
    expect(prepared.findings).toEqual([]);
  });
});
