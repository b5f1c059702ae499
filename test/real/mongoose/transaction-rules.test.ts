import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongoose';
import { expect } from 'vitest';
import { foundIn, misusesIn } from '../support/found.ts';
import { failureOf, messageOf } from '../support/outcome.ts';
import { type MongooseFixture, mongooseFixture } from './support/mongoose-fixture.ts';
import { onEachMongoose } from './support/on-each-mongoose.ts';

const misuse = misusesIn(import.meta.filename);

/** Somebody else holds the document `hot` until the returned function is called. */
async function holdHot({ connection, Item }: MongooseFixture): Promise<() => Promise<void>> {
  await Item.create({ _id: 'hot', n: 0 });
  const other = await connection.startSession();
  other.startTransaction();
  await Item.updateOne({ _id: 'hot' }, { n: 100 }).session(other);
  return async () => {
    await other.abortTransaction();
    await other.endSession();
  };
}

onEachMongoose('an own error instead of the write conflict of a save is reported', async copy => {
  const prepared = await mongooseFixture(copy);
  const { connection, Item, findings } = prepared;
  const release = await holdHot(prepared);
  let attempts = 0;
  const run = connection.transaction(async session => {
    attempts += 1;
    const item = await Item.findById('hot').session(session);
    item?.set('n', 1);
    const saved = item?.save({ session }); // misuse: save
    await saved?.catch((error: unknown) => {
      throw new RangeError(`not saved: ${String(error)}`);
    });
  });
  expect(await failureOf(run)).toBeInstanceOf(RangeError);
  await release();
  expect(attempts).toBe(1);
  expect(foundIn(findings)).toEqual([misuse('hidden-transient-error', 'save')]);
});

onEachMongoose(
  'nothing is said where the own error has it as its `cause`, or where it is passed on',
  async copy => {
    const prepared = await mongooseFixture(copy);
    const { connection, Item, findings } = prepared;
    const release = await holdHot(prepared);
    const write = (session: ClientSession) =>
      Item.bulkWrite([{ updateOne: { filter: { _id: 'hot' }, update: { n: 1 } } }], { session });
    const run = connection.transaction(async session => {
      const cause = await failureOf(write(session));
      throw new RangeError('not written', { cause });
    });
    expect(await failureOf(run)).toBeInstanceOf(RangeError);
    let attempts = 0;
    await connection.transaction(async session => {
      if ((attempts += 1) === 2) await release();
      await write(session);
    });
    expect(findings).toEqual([]);
  },
);

onEachMongoose('a manual transaction that is not retried, and one that is never committed', async copy => {
  const prepared = await mongooseFixture(copy);
  const { connection, manager, Item, findings } = prepared;
  const release = await holdHot(prepared);
  const unretried = await connection.startSession();
  unretried.startTransaction(); // misuse: not again
  expect(await failureOf(Item.updateOne({ _id: 'hot' }, { n: 1 }).session(unretried).exec())).toBeDefined();
  await unretried.abortTransaction();
  await unretried.endSession();
  await release();
  const forgotten = await connection.startSession();
  forgotten.startTransaction(); // misuse: no commit
  await Item.create([{ _id: 'a' }], { session: forgotten });
  await forgotten.endSession();
  await sleep(0);
  await manager.close();
  expect(foundIn(findings)).toEqual([
    misuse('commit-forgotten', 'no commit'),
    misuse('unretried-transaction', 'not again'),
  ]);
});

onEachMongoose("a schema's `read` is refused in a transaction, and reported", async copy => {
  const { lib, connection, Item, findings } = await mongooseFixture(copy);
  const schema = new lib.Schema({ _id: String }, { read: 'secondaryPreferred', collection: 'items' });
  const Report = connection.model('Report', schema);
  const run = connection.transaction(async session => {
    await Item.create([{ _id: 'a' }], { session });
    await Report.findOne().read('primary').session(session);
    await Report.findOne().session(session); // misuse: read
  });
  expect(messageOf(await failureOf(run))).toMatch(/^Read preference in a transaction must be primary/);
  expect(foundIn(findings)).toEqual([misuse('config-read-preference', 'read')]);
});
