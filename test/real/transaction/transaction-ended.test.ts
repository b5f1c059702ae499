import { expect } from 'vitest';
import { ConnectionManager, scope, type TransactionSummary } from '../../../src/index.ts';
import { failCommand } from '../support/fail-point.ts';
import type { Driver } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { gate } from '../../support/gate.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { transientError } from '../support/transient-error.ts';

const uri = ownReplicaSet();
const mine = new Error('the callback has failed with a secret');

interface Heard extends Fixture {
  /** The events, in their order. */
  readonly ended: TransactionSummary[];
}

async function hearing(driver: Driver): Promise<Heard> {
  const all = await fixture(driver, { uri: uri() });
  const ended: TransactionSummary[] = [];
  all.manager.on('transactionEnded', event => ended.push(event));
  return { ...all, ended };
}

/** The server has committed, and has waited too long for the other members: the driver calls the result unknown. */
const lost = {
  failCommands: ['commitTransaction'],
  writeConcernError: { code: 50, codeName: 'MaxTimeMSExpired', errmsg: 'waiting for replication timed out' },
};

onEachDriver(
  'a committed transaction is reported once, with its attempts, its name and its request',
  async driver => {
    const { manager, guarded, ended } = await hearing(driver);
    await scope(
      () =>
        manager.withTxn(
          async (session, { attempt }) => {
            await guarded.items.insertOne({ _id: 'a' }, { session });
            if (attempt === 1) throw transientError(driver);
            // A joined call is a part of it.
            await manager.withTxn(() => guarded.items.findOne({}, { session }));
          },
          { name: 'order' },
        ),
      { id: 'request-1' },
    );
    expect(ended).toEqual([
      {
        v: 1,
        type: 'transaction.ended',
        at: expect.any(Number),
        client: expect.any(Number),
        session: expect.any(Number),
        outcome: 'committed',
        attempts: 2,
        durationMS: expect.any(Number),
        name: 'order',
        context: { id: 'request-1', startedAt: expect.any(Number) },
      },
    ]);
    expect(ended[0]?.durationMS).toBeGreaterThanOrEqual(0);
    expect(JSON.parse(JSON.stringify(ended))).toEqual(ended);
  },
);

onEachDriver('an error of the callback is a reason, without its message', async driver => {
  const { manager, ended } = await hearing(driver);
  expect(await failureOf(manager.withTxn(() => Promise.reject(mine)))).toBe(mine);
  const error = { name: 'Error', labels: [], reachedServer: false };
  expect(ended).toMatchObject([{ outcome: 'aborted', reason: 'error', error, attempts: 1 }]);
  expect(JSON.stringify(ended)).not.toContain('secret');
});

onEachDriver('the error after `maxAttempts` is the one that the caller gets', async driver => {
  const { manager, ended } = await hearing(driver);
  const error = transientError(driver);
  expect(await failureOf(manager.withTxn(() => Promise.reject(error), { maxAttempts: 2 }))).toBe(error);
  expect(ended).toMatchObject([
    { outcome: 'aborted', reason: 'error', attempts: 2, error: { name: error.name } },
  ]);
});

onEachDriver(
  'a call that is stopped is reported at once, also if its callback never returns',
  async driver => {
    const { manager, guarded, ended } = await hearing(driver);
    const controller = new AbortController();
    const reported = new Promise(resolve => manager.once('transactionEnded', resolve));
    const began = gate();
    const stopped = manager.withTxn(
      async session => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        began.open();
        return new Promise<never>(() => {});
      },
      { signal: controller.signal },
    );
    const failure = failureOf(stopped);
    await began.opened;
    controller.abort(mine);
    expect(await failure).toBe(mine);
    await reported;
    expect(ended).toMatchObject([
      { outcome: 'aborted', reason: 'stopped', attempts: 1, error: { name: 'Error' } },
    ]);
  },
);

onEachDriver('an abort by hand is a reason, with the first error of the transaction', async driver => {
  const { manager, guarded, ended } = await hearing(driver);
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await session.abortTransaction();
  });
  await manager.withSession(async session => {
    session.startTransaction();
    await guarded.items.insertOne({ _id: 'b' }, { session });
    await failureOf(guarded.items.insertOne({ _id: 'b' }, { session }));
    await session.abortTransaction();
  });
  const given = { outcome: 'aborted', reason: 'abort', attempts: 1 };
  expect(ended).toMatchObject([given, { ...given, error: { code: 11_000 } }]);
  expect(ended[0]).not.toHaveProperty('error');
});

onEachDriver(
  'transactions by hand are reported when they are over: committed, or dropped with the session',
  async driver => {
    const { manager, guarded, ended } = await hearing(driver);
    const session = manager.startSession();
    session.startTransaction();
    await guarded.items.insertOne({ _id: 'a' }, { session });
    expect(ended).toEqual([]);
    await session.commitTransaction();
    await session.commitTransaction();
    session.startTransaction();
    await guarded.items.insertOne({ _id: 'b' }, { session });
    await session.endSession();
    const other = manager.startSession();
    await guarded.items.findOne({}, { session: other });
    await other.endSession();
    expect(ended.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['committed', undefined],
      ['aborted', 'session ended'],
    ]);
  },
);

onEachDriver(
  'a commit without a known result can be sent again, and is reported when its session ends',
  async driver => {
    const { manager, guarded, ended, admin, appName } = await hearing(driver);
    const begun = await manager.connect();
    const session = begun.startSession();
    session.startTransaction();
    await guarded.items.insertOne({ _id: 'a' }, { session });
    const off = await failCommand(admin, appName, 'alwaysOn', lost);
    expect(await failureOf(session.commitTransaction())).toBeDefined();
    // It can be sent again.
    expect(ended).toEqual([]);
    await off();
    await session.commitTransaction();
    session.startTransaction();
    await guarded.items.insertOne({ _id: 'b' }, { session });
    await failCommand(admin, appName, 'alwaysOn', lost);
    expect(await failureOf(session.commitTransaction())).toBeDefined();
    await session.endSession();
    expect(ended).toMatchObject([
      { outcome: 'committed' },
      { outcome: 'unknown', reason: 'error', error: { code: 50 } },
    ]);
  },
);

onEachDriver(
  'a transaction by hand inside the callback of a runner is not reported a second time',
  async driver => {
    const { manager, guarded, ended } = await hearing(driver);
    await manager.withSession(session =>
      session.withTransaction(async () => {
        await guarded.items.insertOne({ _id: 'a' }, { session });
        await session.abortTransaction();
        session.startTransaction();
        await guarded.items.insertOne({ _id: 'b' }, { session });
      }),
    );
    expect(ended.map(({ outcome, reason }) => [outcome, reason])).toEqual([['committed', undefined]]);
  },
);

onEachDriver(
  'a commit without a known result is reported with its own duration and error when the next transaction starts',
  async driver => {
    const { manager, guarded, ended, admin, appName } = await hearing(driver);
    await manager.withSession(async session => {
      session.startTransaction();
      await guarded.items.insertOne({ _id: 'a' }, { session });
      await failureOf(guarded.items.insertOne({ _id: 'a' }, { session }));
      const off = await failCommand(admin, appName, 'alwaysOn', {
        failCommands: ['commitTransaction'],
        errorCode: 91,
        errorLabels: ['UnknownTransactionCommitResult'],
      });
      const before = performance.now();
      await failureOf(session.commitTransaction());
      await off();
      const tookMS = performance.now() - before;
      session.startTransaction();
      await session.abortTransaction();
      expect(ended).toMatchObject([
        { outcome: 'unknown', reason: 'error', error: { code: 91 } },
        { outcome: 'aborted', reason: 'abort' },
      ]);
      expect(ended[0]?.durationMS).toBeGreaterThanOrEqual(tookMS);
    });
  },
);

onEachDriver(
  '`session.withTransaction` of an adopted client is reported, also without protection',
  async driver => {
    const client = new driver.lib.MongoClient(uri());
    const manager = ConnectionManager.adopt(client, { console: false, protect: false });
    const ended: TransactionSummary[] = [];
    manager.on('transactionEnded', event => ended.push(event));
    const items = client.db('transaction_ended').collection('adopted');
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({}, { session });
      }),
    );
    await items.drop();
    await manager.close();
    expect(ended).toMatchObject([{ outcome: 'committed', attempts: 1 }]);
  },
);
