import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';
import { failureOf } from '../support/outcome.ts';

// Work by hand, or beside the session, while the driver's runner runs.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'an abort by hand, and the failure is noted without the session, as it must stay': async ({
    client,
    make,
  }) => {
    const [orders, failures] = [await make('orders'), await make('failures')];
    await client.withSession(session =>
      session.withTransaction(async () => {
        await orders.insertOne({ _id: 'a' }, { session });
        await session.abortTransaction();
        await failures.insertOne({ _id: 'a' });
      }),
    );
    expect([await orders.countDocuments(), await failures.countDocuments()]).toEqual([0, 1]);
  },
  'a commit by hand, and nothing of the session after it': async ({ client, make }) => {
    const orders = await make('orders');
    const result = await client.withSession(session =>
      session.withTransaction(async () => {
        await orders.insertOne({ _id: 'a' }, { session });
        await session.commitTransaction();
        return 'placed';
      }),
    );
    expect([result, await orders.countDocuments()]).toEqual(['placed', 1]);
  },
  'the runner is called again and again on one session, with plain work between': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await client.withSession(async session => {
      for (const id of ['a', 'b', 'c']) {
        await session.withTransaction(() => items.insertOne({ _id: id }, { session }));
        expect(await items.findOne({ _id: id }, { session })).toEqual({ _id: id });
        await items.updateOne({ _id: id }, { $set: { seen: true } }, { session });
      }
    });
    expect(await items.countDocuments({ seen: true })).toBe(3);
  },
  'the runner fails and the session is used for another transaction': async ({ client, make }) => {
    const items = await make('items');
    await client.withSession(async session => {
      const failing = session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        throw new RangeError('no');
      });
      expect(await failureOf(failing)).toBeInstanceOf(RangeError);
      await session.withTransaction(() => items.insertOne({ _id: 'a' }, { session }));
    });
    expect(await items.countDocuments()).toBe(1);
  },
  '`endSession` in `finally` after the runner, and by the owner of the session once more': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const session = client.startSession();
    const work = async () => {
      try {
        return await session.withTransaction(async () => {
          await items.insertOne({ _id: 'a' }, { session });
          return 'done';
        });
      } finally {
        await session.endSession();
      }
    };
    expect(await work()).toBe('done');
    await session.endSession();
  },
  'a callback that returns nothing, null, false, or a promise of a promise': async ({ client, make }) => {
    const items = await make('items');
    const run = <T>(id: string, value: T) =>
      client.withSession(session =>
        session.withTransaction(async () => {
          await items.insertOne({ _id: id }, { session });
          return value;
        }),
      );
    const values = [await run('a', undefined), await run('b', null), await run('c', false)];
    expect(values).toEqual([undefined, null, false]);
    expect(await run('d', Promise.resolve(Promise.resolve(1)))).toBe(1);
  },
  'a value of the first attempt is made again in the second: all of the state is in the callback': async ({
    driver: { lib },
    client,
    make,
  }) => {
    const items = await make('items');
    let attempts = 0;
    const seen = await client.withSession(session =>
      session.withTransaction(async () => {
        const ids: string[] = [];
        attempts += 1;
        for (const id of ['a', 'b']) {
          await items.insertOne({ _id: id }, { session });
          ids.push(id);
        }
        const again = { message: 'again', errorLabels: ['TransientTransactionError'] };
        if (attempts < 3) throw new lib.MongoServerError(again);
        return ids;
      }),
    );
    expect([attempts, seen]).toEqual([3, ['a', 'b']]);
  },
  'reads outside for a hint before, and writes outside for a note after: the transaction between': async ({
    client,
    make,
  }) => {
    const [stock, notes] = [await make('stock'), await make('notes')];
    await stock.insertOne({ _id: 'a', n: 1 });
    const hint = await stock.findOne({ n: { $gt: 0 } });
    const sold = await client.withSession(session =>
      session.withTransaction(() =>
        stock.updateOne({ _id: hint?.['_id'] ?? '', n: 1 }, { $inc: { n: -1 } }, { session }),
      ),
    );
    if (sold.modifiedCount === 1) await notes.insertOne({ _id: 'sold' });
    expect(await notes.countDocuments()).toBe(1);
  },
  'settings are read in the callback without the session, from a collection that it does not write': async ({
    client,
    make,
  }) => {
    const [orders, settings] = [await make('orders'), await make('settings')];
    await settings.insertOne({ _id: 'tax', n: 20 });
    await client.withSession(session =>
      session.withTransaction(async () => {
        const tax = await settings.findOne({ _id: 'tax' });
        await orders.insertOne({ _id: 'a', tax: tax?.['n'] }, { session });
      }),
    );
    expect(await orders.findOne()).toEqual({ _id: 'a', tax: 20 });
  },
  'a callback waits for something slow that is not in the database, and is done in time': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        await sleep(150);
        await items.updateOne({ _id: 'a' }, { $set: { paid: true } }, { session });
      }),
    );
    expect(await items.countDocuments({ paid: true })).toBe(1);
  },
  'the runner of a wrapper of a wrapper: each hands the session down and the value up': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    type Work<T> = (session: ClientSession) => Promise<T>;
    const inSession = <T>(work: Work<T>) => client.withSession(work);
    const inTransaction = <T>(work: Work<T>) =>
      inSession(session => session.withTransaction(() => work(session), { writeConcern: { w: 'majority' } }));
    const logged = async <T>(work: Work<T>) => {
      const started = performance.now();
      const value = await inTransaction(work);
      return { value, took: performance.now() - started };
    };
    const { value } = await logged(session => items.insertOne({ _id: 'a' }, { session }));
    expect(value.insertedId).toBe('a');
  },
};

correctPrograms(programs);
