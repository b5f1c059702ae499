import { expect, onTestFinished, test } from 'vitest';
import { type TransactionEnd, trackWork, type WorkTracker } from '../../../src/index.ts';
import { trackers } from '../../../src/guard/runtime/tracking/trackers.ts';
import { type Driver, drivers } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { gate } from '../../support/gate.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { silenceWarnings } from '../support/silent-warnings.ts';
import { transientError } from '../support/transient-error.ts';

silenceWarnings();
const uri = ownReplicaSet();

let opened = 0;

/** Each test has a collection of its own. */
function open(driver: Driver, appName = 'track') {
  const mongo = driver.manage(uri(), { appName }, {});
  onTestFinished(() => mongo.close());
  opened += 1;
  const things = mongo.db('track-work').collection<{ _id: string }>(`things-${opened}`);
  return { mongo, things };
}

const bug = () => {
  throw new Error('a bug of the tracker');
};

const rejected = () => Promise.reject(new Error('a bug of the tracker')) as never;

const faulty: Readonly<Record<string, WorkTracker>> = {
  'throws when an operation begins': { operation: bug },
  'throws instead of sending': { operation: () => ({ run: bug, ended: () => undefined }) },
  'throws after sending': {
    operation: () => ({
      run: send => {
        send();
        return bug();
      },
      ended: () => undefined,
    }),
  },
  'sends twice': {
    operation: () => ({
      run: send => {
        send();
        return send();
      },
      ended: () => undefined,
    }),
  },
  'does not send': { operation: () => ({ run: () => undefined as never, ended: () => undefined }) },
  'throws at the end': { operation: () => ({ ended: bug }), session: () => ({ ended: bug }) },
  'throws in a transaction': { transaction: () => ({ run: bug, retried: bug, ended: bug }) },
  'throws for a client or a finding': { client: bug, finding: bug },
  'answers null': { operation: () => null as never, transaction: () => null as never },
  'is an async function': {
    operation: () => ({
      run: (async (send: () => unknown) => await send()) as never,
      ended: () => undefined,
    }),
  },
  'is rejected': {
    operation: () => ({ run: rejected, ended: rejected }),
    transaction: () => ({ ended: rejected }),
  },
};

test.each(
  drivers.flatMap(driver => Object.entries(faulty).map(([title, tracker]) => ({ driver, title, tracker }))),
)('$driver.name: a tracker that $title changes nothing', async ({ driver, tracker }) => {
  const off = trackWork(tracker);
  const { mongo, things } = open(driver);
  await things.deleteMany({});
  await things.insertOne({ _id: 'one' });
  await mongo.withTxn(async session => {
    void things.insertOne({ _id: 'two' }, { session });
  });
  await expect(things.insertOne({ _id: 'one' })).rejects.toThrow('E11000');
  expect(await things.countDocuments()).toBe(2);
  off();
  expect(trackers.size).toBe(0);
});

/** The ends of the transactions of a program. */
async function endsOf(run: () => Promise<unknown>): Promise<readonly Partial<TransactionEnd>[]> {
  const ends: Partial<TransactionEnd>[] = [];
  const off = trackWork({
    transaction: () => ({ ended: ({ outcome, attempts }) => ends.push({ outcome, attempts }) }),
  });
  await run().finally(off);
  return ends;
}

test.each(drivers)('$name: each transaction by hand ends once, with its outcome', async driver => {
  const { mongo, things } = open(driver);
  await things.insertOne({ _id: 'before' });
  const ends = await endsOf(async () => {
    const session = mongo.startSession();
    session.startTransaction();
    await things.insertOne({ _id: 'a' }, { session });
    await session.commitTransaction();
    session.startTransaction();
    await things.insertOne({ _id: 'b' }, { session });
    await session.abortTransaction();
    session.startTransaction();
    await session.endSession();
  });
  expect(ends).toEqual([
    { outcome: 'committed', attempts: 1 },
    { outcome: 'aborted', attempts: 1 },
    { outcome: 'aborted', attempts: 1 },
  ]);
});

test.each(drivers)('$name: a commit whose answer is not known leaves the outcome unknown', async driver => {
  const appName = `unknown ${driver.name}`;
  const { mongo, things } = open(driver, appName);
  const admin = new driver.lib.MongoClient(uri());
  onTestFinished(() => admin.close());
  await things.insertOne({ _id: 'before' });
  const commits = {
    failCommands: ['commitTransaction'],
    errorCode: 91,
    errorLabels: ['UnknownTransactionCommitResult'],
  };
  const off = await failCommand(admin, appName, 'alwaysOn', commits);
  const ends = await endsOf(async () => {
    const session = mongo.startSession();
    session.startTransaction();
    await things.insertOne({ _id: 'a' }, { session });
    await expect(session.commitTransaction()).rejects.toThrow();
    await session.endSession();
  });
  await off();
  expect(ends).toEqual([{ outcome: 'unknown', attempts: 1 }]);
});

/** The transactions that were followed, and the failures of their ends. */
async function failuresOf(run: () => Promise<unknown>) {
  const heard = { begun: 0, failures: [] as unknown[] };
  const off = trackWork({
    transaction() {
      heard.begun += 1;
      return { ended: ({ failure }) => heard.failures.push(failure?.error) };
    },
  });
  await run().finally(off);
  return heard;
}

test.each(drivers)('$name: the failure of a transaction is the error that its caller gets', async driver => {
  const { mongo } = open(driver);
  const error = transientError(driver);
  const { failures } = await failuresOf(() =>
    expect(mongo.withTxn(() => Promise.reject(error), { maxAttempts: 2 })).rejects.toBe(error),
  );
  expect(failures).toEqual([error]);
});

test.each(drivers)('$name: a stopped transaction ends, also if its callback never returns', async driver => {
  const { mongo, things } = open(driver);
  await things.insertOne({ _id: 'before' });
  const controller = new AbortController();
  const reason = new Error('stopped');
  const over = gate();
  const ends: TransactionEnd[] = [];
  const off = trackWork({
    transaction: () => ({
      ended: one => {
        ends.push(one);
        over.open();
      },
    }),
  });
  const run = mongo.withTxn(
    async session => {
      await things.insertOne({ _id: 'a' }, { session });
      controller.abort(reason);
      return new Promise<never>(() => {});
    },
    { signal: controller.signal },
  );
  await expect(run).rejects.toBe(reason);
  await over.opened;
  off();
  expect(ends).toEqual([{ outcome: 'aborted', attempts: 1, failure: { error: reason } }]);
});

test.each(drivers)(
  '$name: a transaction by hand inside the callback of a runner is a part of the run',
  async driver => {
    const { mongo, things } = open(driver);
    await things.insertOne({ _id: 'before' });
    const heard = await failuresOf(() =>
      mongo.withSession(session =>
        session.withTransaction(async () => {
          await things.insertOne({ _id: 'a' }, { session });
          await session.abortTransaction();
          session.startTransaction();
          await things.insertOne({ _id: 'b' }, { session });
        }),
      ),
    );
    expect(heard).toEqual({ begun: 1, failures: [undefined] });
  },
);

test.each(drivers)('$name: a transaction that waits for its start has one attempt', async driver => {
  const { mongo, things } = open(driver);
  await things.insertOne({ _id: 'before' });
  const ends = await endsOf(() =>
    mongo.withSession(async session => {
      session.startTransaction();
      await things.insertOne({ _id: 'a' }, { session });
      const first = session.commitTransaction();
      session.startTransaction();
      await things.insertOne({ _id: 'b' }, { session });
      await session.commitTransaction();
      await first;
    }),
  );
  expect(ends).toEqual([
    { outcome: 'committed', attempts: 1 },
    { outcome: 'committed', attempts: 1 },
  ]);
});

test.each(drivers)('$name: a tracker hears of the client before its transactions', async driver => {
  const { mongo, things } = open(driver);
  await things.insertOne({ _id: 'before' });
  const session = mongo.startSession();
  const heard: string[] = [];
  const off = trackWork({
    client: () => void heard.push('client'),
    transaction() {
      heard.push('transaction');
      return undefined;
    },
  });
  await session.withTransaction(() => things.insertOne({ _id: 'a' }, { session })).finally(off);
  await session.endSession();
  expect(heard).toEqual(['client', 'transaction']);
});

test('an object that follows nothing is refused', () => {
  expect(() => trackWork({})).toThrow('trackWork takes an object with one of these methods');
});
