import type { ClientSession } from 'mongodb';
import { describe, expect, test } from 'vitest';
import type { ConnectionManager } from '../../../src/index.ts';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf, outcomeOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';

type Runner = 'withSession' | 'withTxn' | 'withTransaction';
type Inside = (session: ClientSession, side: Side, manager: ConnectionManager) => Promise<unknown>;

/** Longer than a test may take: who waits for it does not come to the end. */
const endless = 3_600_000;

// A drain never waits for what it was called inside of. Whatever else these programs are, they end.
const ends: Readonly<Record<string, Inside>> = {
  'endSession awaited': session => session.endSession(),
  'endSession beside an operation': (session, { items }) =>
    Promise.all([items.insertOne({ _id: 'a' }, { session }), session.endSession()]),
  'endSession in the continuation of an operation': (session, { items }) =>
    items.insertOne({ _id: 'a' }, { session }).then(() => session.endSession()),
  'endSession, twice at once': session => Promise.all([session.endSession(), session.endSession()]),
  'abortTransaction beside an operation': (session, { items }) =>
    Promise.all([items.insertOne({ _id: 'a' }, { session }), outcomeOf(session.abortTransaction())]),
  'commitTransaction beside an operation': (session, { items }) =>
    Promise.all([items.insertOne({ _id: 'a' }, { session }), outcomeOf(session.commitTransaction())]),
  'commitTransaction twice at once': session =>
    Promise.all([outcomeOf(session.commitTransaction()), outcomeOf(session.commitTransaction())]),
  'close awaited': (_session, _side, manager) => manager.close(),
  'close beside an operation': (session, { items }, manager) =>
    Promise.all([items.insertOne({ _id: 'a' }, { session }), manager.close()]),
  'client.close awaited': (_session, { client }) => client.close(),
  'endSession in a joined withTxn': (session, _side, manager) =>
    manager.withTxn(inner => inner.endSession(), { session }),
  'close in a joined withTxn': (session, _side, manager) =>
    manager.withTxn(() => manager.close(), { session }),
  'close in a nested withSession': (_session, _side, manager) => manager.withSession(() => manager.close()),
  'endSession of a session of its own': async (_session, { items }, manager) => {
    const own = manager.startSession();
    await items.insertOne({ _id: 'own' }, { session: own });
    await own.endSession();
  },
  'a transaction of its own on the same session': session =>
    outcomeOf(session.withTransaction(async () => undefined)),
  'endSession while a cursor is being read': async (session, { items }) => {
    const cursor = items.find({}, { session, batchSize: 1 });
    while (await cursor.hasNext()) {
      await cursor.next();
      await session.endSession();
    }
  },
};

function call(runner: Runner, manager: ConnectionManager, fn: (session: ClientSession) => Promise<unknown>) {
  if (runner !== 'withTransaction') return manager[runner](fn);
  return manager.client.withSession(session => session.withTransaction(() => fn(session)));
}

const runners: readonly Runner[] = ['withSession', 'withTxn', 'withTransaction'];
const cases = runners.flatMap(runner => Object.keys(ends).map(name => ({ runner, name })));

describe.each(drivers)('$name', driver => {
  test.each(cases)('$name inside $runner ends in time', async ({ runner, name }) => {
    const { guarded, manager } = await fixture(driver, {
      guard: { drainTimeoutMS: endless, closeGraceMS: endless },
    });
    await guarded.items.insertMany([{ _id: '1' }, { _id: '2' }, { _id: '3' }]);
    const inside = ends[name];
    await outcomeOf(call(runner, manager, async session => inside?.(session, guarded, manager)));
  });
});

onEachDriver('`endSession` in `afterCommit` and in `afterAbort` does not hang', async driver => {
  const { guarded, manager, findings } = await fixture(driver, { guard: { drainTimeoutMS: endless } });
  await manager.withTxn(async (session, txn) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    txn.afterCommit(() => session.endSession());
  });
  await outcomeOf(
    manager.withTxn(async (session, txn) => {
      txn.afterAbort(() => session.endSession());
      throw new Error('mine');
    }),
  );
  expect(await guarded.ids()).toEqual(['a']);
  expect(findings).toEqual([]);
});

onEachDriver('`close` in `afterCommit` does not hang', async driver => {
  const { guarded, manager } = await fixture(driver, { guard: { closeGraceMS: endless } });
  await manager.withTxn(async (session, txn) => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    txn.afterCommit(() => manager.close());
  });
  expect(await guarded.ids()).toEqual(['a']);
});

onEachDriver('`close` in `afterAbort` does not hang, and is not reported', async driver => {
  const { manager, findings } = await fixture(driver, { guard: { closeGraceMS: endless } });
  const mine = new Error('mine');
  const aborted = manager.withTxn(async (_session, txn) => {
    txn.afterAbort(() => manager.close());
    throw mine;
  });
  expect(await failureOf(aborted)).toBe(mine);
  expect(findings).toEqual([]);
});
