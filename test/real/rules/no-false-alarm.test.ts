import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { failureOf } from '../support/outcome.ts';

type Program = (fixture: Fixture) => Promise<void>;

const four = [{ _id: '1' }, { _id: '2' }, { _id: '3' }, { _id: '4' }];

// Correct programs that look suspicious. Each gives no finding at all.
const sessions: Readonly<Record<string, Program>> = {
  'several transactions in sequence on one session': async ({ guarded: { client, items } }) => {
    await client.withSession(async session => {
      for (const id of ['a', 'b', 'c']) {
        session.startTransaction();
        await items.insertOne({ _id: id }, { session });
        await session.commitTransaction();
      }
    });
  },
  '`endSession` called twice': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    await items.insertOne({ _id: 'a' }, { session });
    await session.endSession();
    await session.endSession();
  },
  '`endSession` called twice at once': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    await items.insertOne({ _id: 'a' }, { session });
    await Promise.all([session.endSession(), session.endSession()]);
  },
  '`endSession` not awaited at the very end': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    await items.insertOne({ _id: 'a' }, { session });
    void session.endSession();
    await sleep(20);
  },
  'several reads at once on a session without a transaction': async ({ guarded: { client, items } }) => {
    await client.withSession(async session => {
      await Promise.all(four.map(item => items.findOne(item, { session })));
    });
  },
  'operations awaited elsewhere, by `allSettled`': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    const reads = four.map(item => items.findOne(item, { session }));
    await sleep(5);
    await Promise.allSettled(reads);
    await session.endSession();
  },
  'a causally consistent read': async ({ guarded: { client, items } }) => {
    await client.withSession({ causalConsistency: true }, async session => {
      await items.insertOne({ _id: 'a' }, { session, writeConcern: { w: 'majority' } });
      expect(await items.findOne({ _id: 'a' }, { session })).toEqual({ _id: 'a' });
    });
  },
  'snapshot reads': async ({ guarded: { client, items } }) => {
    await items.insertMany(four);
    await client.withSession({ snapshot: true }, async session => {
      expect(await items.find({}, { session }).toArray()).toHaveLength(4);
      expect(await items.aggregate([{ $count: 'n' }], { session }).toArray()).toEqual([{ n: 4 }]);
    });
  },
  'a session disposed of by its async disposer': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    await items.insertOne({ _id: 'a' }, { session });
    const { asyncDispose } = Symbol;
    const dispose: unknown = Reflect.get(session, asyncDispose);
    if (typeof dispose === 'function') await dispose.call(session);
    else await session.endSession();
  },
  '`client.close` with an idle session': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    await items.insertOne({ _id: 'a' }, { session });
    await client.close();
  },
  'work after `client.close` and `client.connect`': async ({ guarded: { client, items } }) => {
    await items.insertOne({ _id: 'a' });
    await client.close();
    await client.connect();
    await items.insertOne({ _id: 'b' });
  },
};

const cursors: Readonly<Record<string, Program>> = {
  '`for await` left by `break`': async ({ guarded: { client, items } }) => {
    await items.insertMany(four);
    await client.withSession(async session => {
      for await (const { _id: id } of items.find({}, { session, batchSize: 2 })) if (id === '1') break;
    });
  },
  'a stream left by `break`': async ({ guarded: { client, items } }) => {
    await items.insertMany(four);
    await client.withSession(async session => {
      for await (const item of items.find({}, { session, batchSize: 1 }).stream()) if (item !== null) break;
    });
  },
  'a stream read to its end': async ({ guarded: { client, items } }) => {
    await items.insertMany(four);
    await client.withSession(async session => {
      const seen: unknown[] = [];
      for await (const item of items.find({}, { session, batchSize: 1 }).stream()) seen.push(item);
      expect(seen).toHaveLength(4);
    });
  },
  'a cursor opened before a transaction and read on after it': async ({ guarded: { client, items } }) => {
    await items.insertMany(four);
    await client.withSession(async session => {
      const cursor = items.find({}, { session, batchSize: 2 }).sort({ _id: 1 });
      await cursor.next();
      await session.withTransaction(() => items.updateOne({ _id: '1' }, { $set: { n: 1 } }, { session }));
      expect(await cursor.toArray()).toHaveLength(3);
    });
  },
  'a cursor whose last documents are buffered when its session ends': async ({
    guarded: { client, items },
  }) => {
    await items.insertMany(four);
    const session = client.startSession();
    const cursor = items.find({}, { session }).sort({ _id: 1 });
    await cursor.next();
    await session.endSession();
    expect(await cursor.next()).toEqual({ _id: '2' });
  },
  'a cursor that is made and never read': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    items.find({}, { session });
    await items.insertOne({ _id: 'a' }, { session });
    await session.endSession();
  },
  'a cursor that is closed by hand': async ({ guarded: { client, items } }) => {
    await items.insertMany(four);
    await client.withSession(async session => {
      const cursor = items.find({}, { session, batchSize: 1 });
      await cursor.next();
      await cursor.close();
    });
  },
  'several batches read in a transaction': async ({ guarded: { items }, manager }) => {
    await items.insertMany(four);
    const read = await manager.withTxn(session => items.find({}, { session, batchSize: 1 }).toArray());
    expect(read).toHaveLength(4);
  },
  'a `for await` left by `break` in a transaction': async ({ guarded: { items }, manager }) => {
    await items.insertMany(four);
    await manager.withTxn(async session => {
      for await (const { _id: id } of items.find({}, { session, batchSize: 1 })) if (id !== '') break;
      await items.insertOne({ _id: '9' }, { session });
    });
  },
  'a change stream that is closed before its session': async ({ guarded: { client, items, sent } }) => {
    await client.withSession(async session => {
      const stream = items.watch([], { session });
      const waiting = failureOf(stream.next());
      while (sent.at(-1)?.name !== 'getMore') await sleep(1);
      await items.insertOne({ _id: 'a' });
      await waiting;
      await stream.close();
    });
  },
};

const manualTransactions: Readonly<Record<string, Program>> = {
  'a manual transaction in the synchronous prefix beside a plain insert': async ({
    guarded: { client, items },
  }) => {
    const transfer = async () => {
      const session = client.startSession();
      session.startTransaction();
      await items.insertOne({ _id: 'a' }, { session });
      await session.commitTransaction();
      await session.endSession();
    };
    const audit = () => items.insertOne({ _id: 'b' });
    await Promise.all([transfer(), audit()]);
  },
  'an abort in a catch-all that is guarded by `inTransaction`': async ({ guarded: { client, items } }) => {
    await items.insertOne({ _id: 'a' });
    const session = client.startSession();
    try {
      session.startTransaction();
      await items.insertOne({ _id: 'a' }, { session });
      await session.commitTransaction();
    } catch {
      if (session.inTransaction()) await session.abortTransaction();
    } finally {
      await session.endSession();
    }
  },
  'a transaction that is left to `endSession` to abort': async ({ guarded: { client, items, ids } }) => {
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    await session.endSession();
    expect(await ids()).toEqual([]);
  },
  'work without a session after a manual transaction': async ({ guarded: { client, items } }) => {
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    await session.commitTransaction();
    await items.insertOne({ _id: 'b' });
    await session.endSession();
    await items.insertOne({ _id: 'c' });
  },
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries({ ...sessions, ...cursors, ...manualTransactions }))(
    '%s',
    async (_title, program) => {
      const prepared = await fixture(driver);
      await program(prepared);
      expect(prepared.findings).toEqual([]);
    },
  );
});
