import { expect, test } from 'vitest';
import { foundIn, misusesIn } from '../support/found.ts';
import { failureOf } from '../support/outcome.ts';
import { type MongooseFixture, mongooseFixture } from './support/mongoose-fixture.ts';
import { mongooses } from './support/mongooses.ts';

const misuse = misusesIn(import.meta.filename);

type Call = (fixture: MongooseFixture) => Promise<unknown>;

/** Each forgets the session; what it is about is in a document that the transaction has written. */
const calls: Readonly<Record<string, Call>> = {
  'an awaited find': async ({ Item }) => {
    await Item.find(); // misuse: an awaited find
  },
  'find with exec': async ({ Item }) => {
    const query = Item.find({ n: 1 });
    await query.exec(); // misuse: find with exec
  },
  'a query that was built before': async ({ Item }) => {
    const query = Item.findOne({ n: 1 }); // misuse: a query that was built before
    await Promise.resolve();
    await query;
  },
  'Model.create': async ({ Item }) => {
    await Item.create({ _id: 'x' }); // misuse: Model.create
  },
  'Model.create with options but no array': async ({ Item }) => {
    const session = await Item.startSession();
    await failureOf(Item.create({ _id: 'x' }, { session } as never)); // misuse: Model.create with options but no array
    await session.endSession();
  },
  'doc.save': async ({ Item }) => {
    const item = new Item({ _id: 'x' });
    await item.save(); // misuse: doc.save
  },
  insertMany: async ({ Item }) => {
    await Item.insertMany([{ _id: 'x' }]); // misuse: insertMany
  },
  'Model.bulkWrite': async ({ Item }) => {
    await Item.bulkWrite([{ insertOne: { document: { _id: 'x' } } }]); // misuse: Model.bulkWrite
  },
  bulkSave: async ({ Item }) => {
    await Item.bulkSave([new Item({ _id: 'x' })]); // misuse: bulkSave
  },
  updateOne: async ({ Item }) => {
    await Item.updateOne({ _id: 'y' }, { n: 2 }); // misuse: updateOne
  },
  findOneAndUpdate: async ({ Item }) => {
    await Item.findOneAndUpdate({ _id: 'y' }, { n: 2 }); // misuse: findOneAndUpdate
  },
  deleteMany: async ({ Item }) => {
    await Item.deleteMany({ n: 7 }); // misuse: deleteMany
  },
  countDocuments: async ({ Item }) => {
    await Item.countDocuments(); // misuse: countDocuments
  },
  exists: async ({ Item }) => {
    await Item.exists({ n: 1 }); // misuse: exists
  },
  aggregate: async ({ Item }) => {
    await Item.aggregate([{ $match: { n: 1 } }]); // misuse: aggregate
  },
  'a cursor that is read by for await': async ({ Item }) => {
    for await (const item of Item.find().cursor()) await Promise.resolve(item); // misuse: a cursor that is read by for await
  },
  'a query that is read by for await': async ({ Item }) => {
    for await (const item of Item.find()) await Promise.resolve(item); // misuse: a query that is read by for await
  },
  'an aggregation cursor': async ({ Item }) => {
    const cursor = Item.aggregate([{ $match: {} }]).cursor(); // misuse: an aggregation cursor
    await cursor.next();
    await cursor.close();
  },
  eachAsync: async ({ Item }) => {
    const cursor = Item.find().cursor(); // misuse: eachAsync
    await cursor.eachAsync(() => undefined);
  },
  'a document method': async ({ Item }) => {
    const item = Item.hydrate({ _id: 'y' });
    await item.updateOne({ n: 3 }); // misuse: a document method
  },
  'a document that deletes itself': async ({ Item }) => {
    const item = Item.hydrate({ _id: 'y' });
    await item.deleteOne(); // misuse: a document that deletes itself
  },
  'populate of a document': async ({ Item }) => {
    const item = Item.hydrate({ _id: 'y', friend: 'z' });
    await item.populate('friend'); // misuse: populate of a document
  },
  'several at once': async ({ Item }) => {
    await Promise.all([Item.find({ n: 1 }), Promise.resolve()]); // misuse: several at once
  },
};

type Transaction = (fixture: MongooseFixture, run: Call) => Promise<unknown>;

async function inside({ Item }: MongooseFixture, session: unknown): Promise<void> {
  await Item.updateOne({ _id: 'seen' }, { n: 1 }, { upsert: true, session: session as never });
}

const transactions: Readonly<Record<string, Transaction>> = {
  withTxn: (fixture, run) =>
    fixture.manager.withTxn(async session => {
      await inside(fixture, session);
      await run(fixture);
    }),
  'session.withTransaction': async (fixture, run) => {
    const session = await fixture.connection.startSession();
    await session.withTransaction(async () => {
      await inside(fixture, session);
      await run(fixture);
    });
    await session.endSession();
  },
  'connection.transaction': (fixture, run) =>
    fixture.connection.transaction(async session => {
      await inside(fixture, session);
      await run(fixture);
    }),
  'a manual transaction': async (fixture, run) => {
    const session = await fixture.connection.startSession();
    session.startTransaction();
    await inside(fixture, session);
    await run(fixture);
    await session.commitTransaction();
    await session.endSession();
  },
};

const table = mongooses.flatMap(copy =>
  Object.entries(transactions).flatMap(([transaction, start]) =>
    [true, false].map(protect => ({ copy, transaction, start, protect })),
  ),
);

test.each(table)(
  '$copy.name: what misses the session in $transaction is found (protect: $protect)',
  async ({ copy, start, protect }) => {
    const fixture = await mongooseFixture(copy, { protect });
    for (const [call, run] of Object.entries(calls)) {
      const before = fixture.findings.length;
      await start(fixture, run);
      await fixture.Item.deleteMany({ _id: { $ne: 'seen' } });
      expect(foundIn(fixture.findings.slice(before))).toEqual([misuse('outside-transaction', call)]);
    }
  },
);

const none = { session: null } as never;

test.each(table)(
  '$copy.name: `session: null` in $transaction is an opt-out (protect: $protect)',
  async ({ copy, start, protect }) => {
    const fixture = await mongooseFixture(copy, { protect });
    await start(fixture, async ({ Item }) => {
      await new Item({ _id: 'a' }).save(none);
      await Item.create([{ _id: 'b' }], none);
      await Item.insertMany([{ _id: 'c' }], none);
      await Item.bulkWrite([{ updateOne: { filter: { _id: 'c' }, update: { n: 2 } } }], none);
      await Item.updateOne({ _id: 'c' }, { n: 3 }, none);
      await Item.findOneAndUpdate({ _id: 'c' }, { n: 4 }, none);
      await Item.find().session(null);
      await Item.find({}, null, none);
      await Item.countDocuments().session(null);
      await Item.aggregate([{ $match: {} }], none);
      await Item.aggregate([{ $match: {} }]).session(null);
    });
    expect(fixture.findings).toEqual([]);
  },
);
