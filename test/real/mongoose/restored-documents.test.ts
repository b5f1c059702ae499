import { describe, expect, test } from 'vitest';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';
import { type MongooseFixture, mongooseFixture } from './support/mongoose-fixture.ts';
import { mongooses } from './support/mongooses.ts';
import { onEachMongoose } from './support/on-each-mongoose.ts';
import { conflictIn, refuseCommit, type Runner, runners, storedIn } from './support/transactions.ts';

const uri = ownReplicaSet();

type Program = (run: Runner, fixture: MongooseFixture) => Promise<void>;

async function saveTwice(run: Runner, fixture: MongooseFixture): Promise<void> {
  const conflict = conflictIn(fixture, 2);
  const item = await fixture.Item.create({ _id: 'a', n: 1, friend: 'b' });
  await run(fixture, async session => {
    item.n = 2;
    await item.save({ session });
    item.friend = 'c';
    await item.save({ session });
    conflict();
  });
  expect(await storedIn(fixture)).toMatchObject([{ n: 2, friend: 'c' }]);
  expect(fixture.findings).toEqual([]);
}

const programs: Readonly<Record<string, Program>> = {
  'a changed document is saved again after a callback that failed': async (run, fixture) => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await run(fixture, async session => {
      item.n = 2;
      await item.save({ session });
      conflict();
    });
    expect(await storedIn(fixture)).toMatchObject([{ n: 2 }]);
    expect(fixture.findings).toEqual([]);
  },
  'a changed document is saved again after a commit that failed': async (run, fixture) => {
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await refuseCommit(fixture);
    let attempts = 0;
    await run(fixture, async session => {
      attempts += 1;
      item.n = 2;
      await item.save({ session });
    });
    expect(attempts).toBe(2);
    expect(await storedIn(fixture)).toMatchObject([{ n: 2 }]);
    expect(fixture.findings).toEqual([]);
  },
  'a new document is inserted again after a commit that failed': async (run, fixture) => {
    await refuseCommit(fixture);
    const item = new fixture.Item({ _id: 'a', n: 1 });
    await run(fixture, async session => void (await item.save({ session })));
    expect(await storedIn(fixture)).toMatchObject([{ n: 1 }]);
    expect(fixture.findings).toEqual([]);
  },
  'a deleted document is deleted again': async (run, fixture) => {
    const conflict = conflictIn(fixture);
    const item = await fixture.Item.create({ _id: 'a', n: 1 });
    await run(fixture, async session => {
      await item.deleteOne({ session });
      conflict();
    });
    expect(await storedIn(fixture)).toEqual([]);
    expect(fixture.findings).toEqual([]);
  },
  'what the second save of an attempt sent is sent again': saveTwice,
  'a document whose transaction is given up can be saved afterwards': async (run, fixture) => {
    const item = new fixture.Item({ _id: 'a', n: 1 });
    const cause = new Error('no');
    const failed = run(fixture, async session => {
      await item.save({ session });
      throw cause;
    });
    expect(await failureOf(failed)).toBe(cause);
    expect(item.isNew).toBe(true);
    await item.save({ session: null });
    expect(await storedIn(fixture)).toMatchObject([{ n: 1 }]);
  },
};

describe.each(mongooses)('$name', copy => {
  describe.each(Object.entries(runners))('under protection, by `%s`', (_name, run) => {
    test.each(Object.entries(programs))('%s', async (_title, program) => {
      await program(run, await mongooseFixture(copy, {}, uri()));
    });
  });
});

onEachMongoose('Each transaction of one session restores its own documents.', async copy => {
  const fixture = await mongooseFixture(copy, {}, uri());
  const [one, other] = await fixture.Item.create([
    { _id: 'a', n: 1 },
    { _id: 'b', n: 1 },
  ]);
  const session = await fixture.connection.startSession();
  for (const item of [one, other]) {
    const conflict = conflictIn(fixture);
    await session.withTransaction(async () => {
      (item as NonNullable<typeof item>).n = 2;
      await item?.save({ session });
      conflict();
    });
  }
  await session.endSession();
  expect(await storedIn(fixture)).toMatchObject([{ n: 2 }, { n: 2 }]);
});

onEachMongoose(
  'withTxn restores what the second save of an attempt has sent, also unprotected.',
  async copy => {
    await saveTwice(runners.withTxn, await mongooseFixture(copy, { protect: false }, uri()));
  },
);
