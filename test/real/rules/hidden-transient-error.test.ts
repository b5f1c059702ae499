import { describe, expect } from 'vitest';
import type { ClientSession } from 'mongodb';
import { fixture } from '../support/fixture.ts';
import { holdHot } from '../support/hold-hot.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { failureOf } from '../support/outcome.ts';
import type { Side } from '../support/side.ts';

const misuse = misusesIn(import.meta.filename);

describe.each([true, false])('with protect: %s', protect => {
  onEachDriver('an own error instead of a write conflict is reported', async driver => {
    const prepared = await fixture(driver, { guard: { protect } });
    const { guarded, findings } = prepared;
    const { client, items } = guarded;
    const release = await holdHot(prepared);
    let attempts = 0;
    const run = client.withSession(session =>
      session.withTransaction(async () => {
        attempts += 1;
        try {
          await items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }); // misuse: by the driver
        } catch (error) {
          throw new RangeError(`sold out: ${String(error)}`);
        }
      }),
    );
    expect(await failureOf(run)).toBeInstanceOf(RangeError);
    await release();
    expect(attempts).toBe(1);
    expect(foundIn(findings)).toEqual([misuse('hidden-transient-error', 'by the driver')]);
    expect(findings[0]?.data).toMatchObject({ error: 'WriteConflict', other: 'another error (RangeError)' });
  });
});

const filter = { _id: 'hot' };
const update = { $inc: { n: 1 } };

/** Their errors are made above the command. */
const writes: Readonly<Record<string, (side: Side, session: ClientSession) => Promise<unknown>>> = {
  bulkWrite: ({ items }, session) => items.bulkWrite([{ updateOne: { filter, update } }], { session }),
  'ordered builder': ({ items }, session) => {
    const bulk = items.initializeOrderedBulkOp({ session });
    bulk.find(filter).updateOne(update);
    return bulk.execute({ session });
  },
  command: ({ client, items }, session) =>
    client
      .db(items.dbName)
      .command({ update: items.collectionName, updates: [{ q: filter, u: update }] }, { session }),
};

describe.each(Object.entries(writes))('%s', (_kind, write) => {
  onEachDriver('an own error in place of the write conflict is reported too', async driver => {
    const prepared = await fixture(driver);
    const release = await holdHot(prepared);
    const run = prepared.manager.withTxn(async session => {
      const error = await failureOf(write(prepared.guarded, session));
      if (error !== undefined) throw new RangeError('sold out');
    });
    expect(await failureOf(run)).toBeInstanceOf(RangeError);
    await release();
    expect(prepared.findings.map(({ rule }) => rule)).toEqual(['hidden-transient-error']);
  });
});

onEachDriver('nothing is said where the error is linked, at any depth', async driver => {
  const prepared = await fixture(driver);
  const { guarded, manager, findings } = prepared;
  const release = await holdHot(prepared);
  const wraps: readonly ((error: unknown) => Error)[] = [
    cause => new Error('a', { cause }),
    error => new AggregateError([new Error('b', { cause: new Error('c', { cause: error }) })]),
    original => Object.assign(new Error('d'), { original }),
  ];
  // With more attempts a linked error is tried again, which hot documents would make endless.
  const once = { maxAttempts: 1 };
  for (const wrap of wraps) {
    const run = manager.withTxn(async session => {
      const error = await failureOf(guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }));
      throw wrap(error);
    }, once);
    expect(await failureOf(run)).toBeInstanceOf(Error);
  }
  const later = manager.withTxn(async session => {
    await failureOf(guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session }));
    const cause = await failureOf(guarded.items.findOne({}, { session }));
    throw new Error('what came after it', { cause });
  }, once);
  expect(await failureOf(later)).toBeInstanceOf(Error);
  await release();
  expect(findings.map(({ rule }) => rule)).toEqual([]);
});

onEachDriver(
  'nothing is said where the error itself leaves the callback, and where nothing transient has failed',
  async driver => {
    const prepared = await fixture(driver);
    const { guarded, manager, findings } = prepared;
    const release = await holdHot(prepared);
    await manager.withTxn(async (session, { attempt }) => {
      if (attempt === 3) await release();
      await guarded.items.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session });
    });
    const invalid = manager.withTxn(async session => {
      await guarded.items.findOne({}, { session });
      throw new RangeError('invalid');
    });
    expect(await failureOf(invalid)).toBeInstanceOf(RangeError);
    const taken = manager.withTxn(async session => {
      await failureOf(guarded.items.insertOne({ _id: 'hot' }, { session }));
      throw new RangeError('taken');
    });
    expect(await failureOf(taken)).toBeInstanceOf(RangeError);
    expect(findings).toEqual([]);
  },
);
