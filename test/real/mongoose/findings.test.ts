import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongoose';
import { describe, expect, test } from 'vitest';
import { outsideTxn } from '../../../src/index.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { failureOf } from '../support/outcome.ts';
import { type MongooseFixture, mongooseFixture } from './support/mongoose-fixture.ts';
import { mongooses } from './support/mongooses.ts';

const misuse = misusesIn(import.meta.filename);

type Program = (fixture: MongooseFixture) => Promise<unknown>;

/** By rule, and what is special. */
const misuses: Readonly<Record<string, Program>> = {
  'use-after-end: a query': async ({ connection, Item }) => {
    const session = await connection.startSession();
    await session.endSession();
    await failureOf(Item.find().session(session).exec()); // misuse: use-after-end: a query
  },
  'use-after-end: a query that was built before the end': async ({ connection, Item }) => {
    const session = await connection.startSession();
    const query = Item.find().session(session);
    await session.endSession();
    await failureOf(query.exec()); // misuse: use-after-end: a query that was built before the end
  },
  'use-after-end: save with an ended session': async ({ connection, Item }) => {
    const session = await connection.startSession();
    await session.endSession();
    await failureOf(new Item({ _id: 'x' }).save({ session })); // misuse: use-after-end: save with an ended session
  },
  'use-after-end: create with an ended session': async ({ connection, Item }) => {
    const session = await connection.startSession();
    await session.endSession();
    await failureOf(Item.create([{ _id: 'x' }], { session })); // misuse: use-after-end: create with an ended session
  },
  'use-after-end: an aggregate with an ended session': async ({ connection, Item }) => {
    const session = await connection.startSession();
    await session.endSession();
    const aggregate = Item.aggregate([{ $match: {} }]).session(session);
    await failureOf(aggregate.exec()); // misuse: use-after-end: an aggregate with an ended session
  },
  'unawaited-operation: save': async ({ connection, Item }) => {
    const session = await connection.startSession();
    const saved = failureOf(new Item({ _id: 'x' }).save({ session })); // misuse: unawaited-operation: save
    await session.endSession();
    await saved;
  },
  'unawaited-operation: an update in a transaction': async ({ connection, Item }) => {
    const session = await connection.startSession();
    session.startTransaction();
    await Item.create([{ _id: 'x' }], { session });
    const updated = failureOf(Item.updateOne({ _id: 'x' }, { n: 1 }).session(session).exec()); // misuse: unawaited-operation: an update in a transaction
    await session.commitTransaction();
    await updated;
    await session.endSession();
  },
  'open-cursor: left by break': async ({ connection, Item }) => {
    await Item.create([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
    const session = await connection.startSession();
    // mongoose leaves the cursor of a loop open that ends early.
    for await (const item of Item.find().session(session).batchSize(1).cursor()) if (item.id !== '') break; // misuse: open-cursor: left by break
    await session.endSession();
  },
  'parallel-in-transaction: populate of two paths': async ({ connection, Item }) => {
    await Item.create([{ _id: 'a' }, { _id: 'b' }, { _id: 'c', friend: 'a', rival: 'b' }]);
    const session = await connection.startSession();
    session.startTransaction();
    await Item.findById('c').session(session);
    await failureOf(Item.findById('c').session(session).populate(['friend', 'rival']).exec()); // misuse: parallel-in-transaction: populate of two paths
    await failureOf(session.abortTransaction());
    await session.endSession();
  },
  'manual-end-in-helper: abort and go on in connection.transaction': async ({ connection, Item }) => {
    await failureOf(
      connection.transaction(async session => {
        await Item.create([{ _id: 'x' }], { session });
        await session.abortTransaction();
        await Item.create([{ _id: 'y' }], { session }); // misuse: manual-end-in-helper: abort and go on in connection.transaction
      }),
    );
  },
  'manual-end-in-helper: end in connection.transaction': async ({ connection, Item }) => {
    await failureOf(
      connection.transaction(async session => {
        await Item.create([{ _id: 'x' }], { session });
        await session.endSession(); // misuse: manual-end-in-helper: end in connection.transaction
      }),
    );
  },
  'transaction-state: abort after commit': async ({ connection, Item }) => {
    const session = await connection.startSession();
    session.startTransaction();
    await Item.create([{ _id: 'x' }], { session });
    await session.commitTransaction();
    await failureOf(session.abortTransaction()); // misuse: transaction-state: abort after commit
    await session.endSession();
  },
};

/** The correct twins, and more that looks like a misuse. */
const correct: Readonly<Record<string, Program>> = {
  'documents that outlive their session': async ({ connection, Item }) => {
    await Item.create({ _id: 'x' });
    const session = await connection.startSession();
    const item = await Item.findById('x').session(session);
    await session.endSession();
    item?.set('n', 2);
    await item?.save();
  },
  'connection.transaction': async ({ connection, Item }) => {
    await connection.transaction(async session => {
      await Item.create([{ _id: 'x' }], { session });
      const item = await Item.findById('x').session(session);
      item?.set('n', 1);
      await item?.save();
      await Item.updateOne({ _id: 'x' }, { n: 3 }, { session });
      await item?.deleteOne();
    });
  },
  'session.withTransaction': ({ connection, Item }) =>
    connection.withSession(session =>
      session.withTransaction(async () => {
        await Item.insertMany([{ _id: 'x' }], { session });
        await Item.bulkWrite([{ deleteOne: { filter: { _id: 'x' } } }], { session });
      }),
    ),
  'a manual transaction that is aborted': async ({ connection, Item }) => {
    const session = await connection.startSession();
    session.startTransaction();
    await Item.create([{ _id: 'x' }], { session });
    await session.abortTransaction();
    await session.endSession();
  },
  'a query that is returned from the callback': ({ manager, Item }) =>
    manager.withTxn(session => Item.updateOne({ _id: 'x' }, { n: 1 }, { session, upsert: true }) as never),
  'what is meant to be outside, awaited outside': ({ manager, Item }) =>
    manager.withTxn(async session => {
      await Item.create([{ _id: 'x' }], { session });
      await outsideTxn(() => Item.updateOne({ _id: 'y' }, { n: 1 }));
      await outsideTxn(() => Item.create({ _id: 'z' }));
    }),
  'a cursor that is read to its end': ({ connection, Item }) =>
    connection.withSession(async session => {
      await Item.create([{ _id: 'x' }, { _id: 'y' }], { session, ordered: true });
      let count = 0;
      for await (const item of Item.find().session(session).batchSize(1).cursor())
        count += item.id === '' ? 0 : 1;
      await Item.find()
        .session(session)
        .cursor()
        .eachAsync(() => void (count += 1));
      expect(count).toBe(4);
    }),
  'populate in order': ({ connection, Item }) =>
    connection.transaction(async session => {
      await Item.create([{ _id: 'a' }, { _id: 'c', friend: 'a' }], { session, ordered: true });
      await Item.findById('c').session(session).populate('friend');
    }),
  'hooks that take the session of their document': async ({ lib, connection, Item }) => {
    const schema = new lib.Schema({ _id: String });
    schema.pre('save', async function count() {
      await Item.updateOne({ _id: 'count' }, { $inc: { n: 1 } }, { upsert: true }).session(this.$session());
    });
    const Hooked = connection.model('Hooked', schema);
    await Hooked.init();
    await connection.transaction(async session => {
      await new Hooked({ _id: 'x' }).save({ session });
    });
  },
  'mongoose puts the session in': async ({ lib, connection, Item }) => {
    lib.set('transactionAsyncLocalStorage', true);
    await connection.transaction(async () => {
      await Item.create([{ _id: 'x' }]);
      const item = await Item.findById('x');
      item?.set('n', 5);
      await item?.save();
      await Item.insertMany([{ _id: 'y' }]);
      await Item.aggregate([{ $match: {} }]);
      await Item.updateOne({ _id: 'y' }, { n: 2 });
    });
  },
  'a save that fails its validation': async ({ connection, Item }) => {
    const session: ClientSession = await connection.startSession();
    await failureOf(new Item({ _id: 'x', n: 'none' as never }).save({ session }));
    await session.endSession();
  },
  'work that is queued elsewhere': async ({ manager, Item }) => {
    const queued: Promise<unknown>[] = [];
    await manager.withTxn(async session => {
      await Item.create([{ _id: 'x' }], { session });
      queued.push(sleep(1).then(() => Item.create({ _id: 'log' })));
      await sleep(20);
      await Item.updateOne({ _id: 'x' }, { n: 1 }, { session });
    });
    await Promise.all(queued);
  },
};

const table = mongooses.flatMap(copy => [true, false].map(protect => ({ copy, protect })));

describe.each(table)('$copy.name with protect: $protect', ({ copy, protect }) => {
  test.each(Object.entries(misuses))('%s', async (name, run) => {
    const fixture = await mongooseFixture(copy, { protect });
    await run(fixture);
    const [rule = ''] = name.split(':');
    expect(foundIn(fixture.findings)).toEqual([misuse(rule, name)]);
  });

  test.each(Object.entries(correct))('%s gives nothing', async (_name, run) => {
    const fixture = await mongooseFixture(copy, { protect });
    await run(fixture);
    await fixture.manager.close();
    expect(foundIn(fixture.findings)).toEqual([]);
  });
});
