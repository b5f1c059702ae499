import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import type { Driver } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { fixture as fixtureOn, type FixtureOptions } from '../support/fixture.ts';
import { holdHot } from '../support/hold-hot.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { passSeconds } from '../support/set-clock.ts';

const uri = ownReplicaSet();
const fixture = (driver: Driver, options?: FixtureOptions) => fixtureOn(driver, { uri: uri(), ...options });

const misuse = misusesIn(import.meta.filename);
const errorLabels = ['TransientTransactionError'];

/** The usual way by hand: abort, end, and pass the error on. */
async function once(start: (session: ClientSession) => Promise<unknown>, session: ClientSession) {
  try {
    await start(session);
    await session.commitTransaction();
  } catch (error) {
    if (session.inTransaction()) await session.abortTransaction();
    throw error;
  } finally {
    await session.endSession();
  }
}

onEachDriver(
  'a write conflict by hand that is passed on is reported when the client closes',
  async driver => {
    const prepared = await fixture(driver);
    const { guarded, manager, findings } = prepared;
    const { client, items } = guarded;
    const release = await holdHot(prepared);
    const run = once(session => {
      session.startTransaction(); // misuse: conflict
      return items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
    }, client.startSession());
    expect(codeOf(await failureOf(run))).toBe(112);
    await release();
    expect(findings).toEqual([]);
    await manager.close();
    expect(foundIn(findings)).toEqual([misuse('unretried-transaction', 'conflict')]);
    expect(findings[0]?.data['error']).toBe('WriteConflict');
  },
);

onEachDriver('a commit that fails and is not followed by a new attempt is reported, too', async driver => {
  const { guarded, plain, manager, admin, appName, findings } = await fixture(driver);
  const { client, items } = guarded;
  await failCommand(
    admin,
    appName,
    { times: 1 },
    { failCommands: ['commitTransaction'], errorCode: 112, errorLabels },
  );
  const own = client.startSession();
  const run = once(session => {
    session.startTransaction(); // misuse: commit
    return items.insertOne({ _id: 'a' }, { session });
  }, own);
  expect(codeOf(await failureOf(run))).toBe(112);
  await manager.close();
  expect(foundIn(findings)).toEqual([misuse('unretried-transaction', 'commit')]);
  // The fail point has answered for the server, which still holds the transaction.
  await plain.client.db('admin').command({ killSessions: [own.id] });
});

onEachDriver('it is reported half a minute later, while another session is in use', async driver => {
  const prepared = await fixture(driver);
  const { guarded, findings } = prepared;
  const { client, items } = guarded;
  const release = await holdHot(prepared);
  const run = once(session => {
    session.startTransaction(); // misuse: later
    return items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
  }, client.startSession());
  await failureOf(run);
  await release();
  passSeconds(31);
  await client.withSession(() =>
    expect.poll(() => foundIn(findings)).toEqual([misuse('unretried-transaction', 'later')]),
  );
});

onEachDriver(
  'nothing is said of a loop by hand, on one session or on a new one for each attempt',
  async driver => {
    const prepared = await fixture(driver);
    const { guarded, manager, findings } = prepared;
    const { client, items } = guarded;
    for (const how of ['one session', 'new sessions'] as const) {
      await items.deleteMany({});
      const release = await holdHot(prepared);
      const kept = client.startSession();
      const attempt = async (session: ClientSession) => {
        session.startTransaction();
        await items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
        await session.commitTransaction();
      };
      for (let tries = 1; ; tries += 1) {
        const session = how === 'one session' ? kept : client.startSession();
        const error = await failureOf(attempt(session));
        if (error !== undefined) await session.abortTransaction();
        if (session !== kept) await session.endSession();
        if (error === undefined) break;
        if (tries === 2) await release();
        await sleep(20);
      }
      await kept.endSession();
    }
    await manager.close();
    expect(findings).toEqual([]);
  },
);

onEachDriver('nothing is said of a loop that comes to the end of its attempts', async driver => {
  const prepared = await fixture(driver);
  const { guarded, manager, findings } = prepared;
  const { client, items } = guarded;
  const release = await holdHot(prepared);
  for (let tries = 1; tries <= 3; tries += 1) {
    const run = once(session => {
      session.startTransaction();
      return items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
    }, client.startSession());
    expect(codeOf(await failureOf(run))).toBe(112);
  }
  await release();
  await manager.close();
  expect(findings).toEqual([]);
});

onEachDriver(
  'nothing is said of an error for good, and of a transaction that the closing client cuts off',
  async driver => {
    const { guarded, manager, findings } = await fixture(driver, { guard: { protect: false } });
    const { client, items } = guarded;
    await items.insertOne({ _id: 'taken' });
    const insert = (session: ClientSession) => {
      session.startTransaction();
      return items.insertOne({ _id: 'taken' }, { session });
    };
    expect(codeOf(await failureOf(once(insert, client.startSession())))).toBe(11000);
    const cut = failureOf(
      once(async session => {
        session.startTransaction();
        await items.findOne({}, { session });
        await items.findOne({ $where: 'sleep(300) || true' }, { session });
      }, client.startSession()),
    );
    await sleep(50);
    await manager.close();
    await cut;
    expect(findings.map(({ rule }) => rule)).not.toContain('unretried-transaction');
  },
);
