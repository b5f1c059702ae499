import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import { holdHot } from '../support/hold-hot.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';

const duplicateKey = 11000;
const transient = 'TransientTransactionError';

describe.each(drivers)('by hand, $name', driver => {
  test.each(['findOne', 'toArray', 'bulkWrite', 'insertMany', 'command'] as const)(
    'a %s after a swallowed error throws that error, the same object',
    async kind => {
      const { guarded, findings } = await fixture(driver);
      const { client, items } = guarded;
      await items.insertOne({ _id: 'taken' });
      const session = client.startSession();
      const next = {
        findOne: () => items.findOne({}, { session }),
        toArray: () => items.find({}, { session }).toArray(),
        bulkWrite: () => items.bulkWrite([{ insertOne: { document: { _id: 'b' } } }], { session }),
        insertMany: () => items.insertMany([{ _id: 'b' }], { session }),
        command: () => client.db(items.dbName).command({ find: items.collectionName }, { session }),
      }[kind];
      session.startTransaction();
      const caught = await failureOf(items.insertOne({ _id: 'taken' }, { session }));
      expect(codeOf(caught)).toBe(duplicateKey);
      expect(await failureOf(next())).toBe(caught);
      expect(await failureOf(next())).toBe(caught);
      await session.abortTransaction();
      await session.endSession();
      const [finding, ...others] = findings;
      expect(finding).toMatchObject({ rule: 'swallowed-error', messageId: 'operationByHand' });
      expect(finding?.fix).toContain('abortTransaction');
      expect(others).toEqual([]);
    },
  );
});

onEachDriver('a manual fetch of a cursor throws the first error too', async driver => {
  const { guarded } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
  const session = client.startSession();
  session.startTransaction();
  const cursor = items.find({}, { session, batchSize: 1 });
  await cursor.next();
  const caught = await failureOf(items.insertOne({ _id: 'a' }, { session }));
  expect(await failureOf(cursor.toArray())).toBe(caught);
  await session.endSession();
});

onEachDriver('a loop by hand that repeats transient errors ends at once with another error', async driver => {
  const { guarded } = await fixture(driver);
  const { client, items } = guarded;
  await items.insertOne({ _id: 'taken' });
  let attempts = 0;
  const run = async () => {
    for (;;) {
      const session = client.startSession();
      try {
        attempts += 1;
        session.startTransaction();
        await failureOf(items.insertOne({ _id: 'taken' }, { session }));
        await items.insertOne({ _id: `log ${attempts}` }, { session });
        return await session.commitTransaction();
      } catch (error) {
        const again = error instanceof driver.lib.MongoError && error.hasErrorLabel(transient);
        if (!again || attempts === 20) throw error;
      } finally {
        await session.endSession();
      }
    }
  };
  expect(codeOf(await failureOf(run()))).toBe(duplicateKey);
  expect(attempts).toBe(1);
});

onEachDriver(
  'a transient first error stays behind the `NoSuchTransaction` by hand, as its `cause`: the label keeps a loop going',
  async driver => {
    const prepared = await fixture(driver);
    const { client, items } = prepared.guarded;
    const release = await holdHot(prepared);
    const session = client.startSession();
    const update = () => items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
    session.startTransaction();
    const first = await failureOf(update());
    expect(codeOf(first)).toBe(112);
    for (const later of [await failureOf(update()), await failureOf(session.commitTransaction())]) {
      expect(codeOf(later)).toBe(251);
      expect(later).toHaveProperty('cause', first);
      expect(later instanceof driver.lib.MongoError && later.hasErrorLabel(transient)).toBe(true);
    }
    await release();
    session.startTransaction();
    await update();
    await session.commitTransaction();
    await session.endSession();
    expect(await items.findOne({ _id: 'hot' })).toEqual({ _id: 'hot', n: 1 });
  },
);

onEachDriver(
  'an error of the own class that wraps a `NoSuchTransaction` leads to the first error',
  async driver => {
    const { guarded, manager } = await fixture(driver);
    await guarded.items.insertOne({ _id: 'taken' });
    const caught: unknown[] = [];
    const call = manager.withTxn(async session => {
      caught.push(await failureOf(guarded.items.insertOne({ _id: 'taken' }, { session })));
      const cause = await failureOf(guarded.items.insertOne({ _id: 'b' }, { session }));
      throw new Error('cannot register', { cause });
    });
    expect(await failureOf(call)).toMatchObject({ cause: { code: 251, cause: caught[0] } });
  },
);

onEachDriver("without protection a manual operation gets the server's answer", async driver => {
  const { guarded } = await fixture(driver, { guard: { protect: false } });
  const { client, items } = guarded;
  await items.insertOne({ _id: 'taken' });
  const session = client.startSession();
  session.startTransaction();
  await failureOf(items.insertOne({ _id: 'taken' }, { session }));
  const error = await failureOf(items.findOne({}, { session }));
  expect(codeOf(error)).toBe(251);
  expect(error).not.toHaveProperty('cause');
  await session.endSession();
});
