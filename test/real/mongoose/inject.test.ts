import { describe, expect, test } from 'vitest';
import { failureOf } from '../support/outcome.ts';
import { transientError } from '../support/transient-error.ts';
import { type MongooseFixture, mongooseFixture } from './support/mongoose-fixture.ts';
import { mongooses } from './support/mongooses.ts';
import { onEachMongoose } from './support/on-each-mongoose.ts';

const mine = new Error('mine');
const inject = { inject: true };

type Write = (fixture: MongooseFixture) => Promise<unknown>;

/** Each writes the document `x`, without a word of a session. */
const writes: Readonly<Record<string, Write>> = {
  save: ({ Item }) => new Item({ _id: 'x' }).save(),
  create: ({ Item }) => Item.create({ _id: 'x' }),
  'create of several': ({ Item }) => Item.create([{ _id: 'x' }]),
  insertMany: ({ Item }) => Item.insertMany([{ _id: 'x' }]),
  bulkWrite: ({ Item }) => Item.bulkWrite([{ insertOne: { document: { _id: 'x' } } }]),
  bulkSave: ({ Item }) => Item.bulkSave([new Item({ _id: 'x' })]),
  updateOne: ({ Item }) => Item.updateOne({ _id: 'x' }, { n: 1 }, { upsert: true }),
  updateMany: ({ Item }) => Item.updateMany({ _id: 'x' }, { n: 1 }, { upsert: true }).exec(),
  replaceOne: ({ Item }) => Item.replaceOne({ _id: 'x' }, { n: 1 }, { upsert: true }).exec(),
  findOneAndUpdate: ({ Item }) => Item.findOneAndUpdate({ _id: 'x' }, { n: 1 }, { upsert: true }).exec(),
};

describe.each(mongooses)('$name', copy => {
  test.each(Object.entries(writes))(
    '%s is put into the transaction and vanishes with it',
    async (_name, write) => {
      const fixture = await mongooseFixture(copy);
      const { manager, findings, ids, sent } = fixture;
      const call = manager.withTxn(async () => {
        await write(fixture);
        throw mine;
      }, inject);
      expect(await failureOf(call)).toBe(mine);
      expect(await ids()).toEqual([]);
      await manager.withTxn(() => write(fixture), inject);
      expect(await ids()).toEqual(['x']);
      expect(sent.filter(({ inTransaction }) => !inTransaction)).toEqual([]);
      expect(findings).toEqual([]);
    },
  );
});

onEachMongoose('Every way to read sees the writes of the transaction.', async copy => {
  const { manager, Item, findings, sent } = await mongooseFixture(copy);
  const read = await manager.withTxn(async () => {
    await Item.create(
      [
        { _id: 'a', n: 1 },
        { _id: 'b', n: 1, friend: 'a' },
      ],
      { ordered: true },
    );
    const streamed: string[] = [];
    for await (const { _id } of Item.find({ n: 1 }).sort('_id').cursor({ batchSize: 1 })) streamed.push(_id);
    await Item.aggregate<{ _id: string }>([{ $match: { n: 1 } }])
      .cursor()
      .eachAsync(({ _id }) => void streamed.push(_id));
    const befriended = await Item.findById('b').populate('friend');
    const [grouped] = await Item.aggregate<{ n: number }>([{ $count: 'n' }]);
    return {
      streamed,
      friend: befriended?.friend,
      grouped: grouped?.n,
      found: (await Item.find()).length,
      counted: await Item.countDocuments({ n: 1 }),
      exists: await Item.exists({ _id: 'a' }),
      distinct: await Item.distinct('n'),
    };
  }, inject);
  expect(read).toMatchObject({
    streamed: ['a', 'b', 'a', 'b'],
    friend: { _id: 'a' },
    grouped: 2,
    found: 2,
    counted: 2,
    exists: { _id: 'a' },
    distinct: [1],
  });
  expect(sent.filter(({ inTransaction }) => !inTransaction)).toEqual([]);
  expect(findings).toEqual([]);
});

onEachMongoose('Populate of several paths is safe, and is reported.', async copy => {
  const { manager, Item, findings } = await mongooseFixture(copy);
  await Item.create([{ _id: 'a' }, { _id: 'b' }, { _id: 'c', friend: 'a', rival: 'b' }]);
  for (let round = 0; round < 10; round += 1) {
    const found = await manager.withTxn(
      () => Item.findById('c').populate(['friend', 'rival']).exec(),
      inject,
    );
    expect(found).toMatchObject({ friend: { _id: 'a' }, rival: { _id: 'b' } });
  }
  expect(findings.map(({ rule }) => rule)).toEqual(['parallel-in-transaction']);
});

onEachMongoose('A document that was saved by an attempt that is retried is saved again.', async copy => {
  const { lib, manager, Item, findings, ids } = await mongooseFixture(copy);
  const fresh = new Item({ _id: 'fresh', n: 1, tags: ['a'] });
  const known = await Item.create({ _id: 'known', n: 1 });
  known.n = 2;
  known.tags?.push('b');
  let attempts = 0;
  await manager.withTxn(async () => {
    attempts += 1;
    await fresh.save();
    await known.save();
    if (attempts === 1) throw transientError({ lib: lib.mongo });
  }, inject);
  expect(attempts).toBe(2);
  expect(await ids()).toEqual(['fresh', 'known']);
  expect(await Item.findById('known').lean()).toMatchObject({ n: 2, tags: ['b'] });
  expect(findings).toEqual([]);
});

onEachMongoose('A document is as before when its transaction is given up.', async copy => {
  const { manager, Item, ids } = await mongooseFixture(copy);
  const fresh = new Item({ _id: 'fresh' });
  const call = manager.withTxn(async session => {
    await fresh.save({ session });
    throw mine;
  });
  expect(await failureOf(call)).toBe(mine);
  expect(fresh.isNew).toBe(true);
  await fresh.save();
  expect(await ids()).toEqual(['fresh']);
});
