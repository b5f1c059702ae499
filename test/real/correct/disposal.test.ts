import type { MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Row } from '../support/correct-programs.ts';
import { failureOf } from '../support/outcome.ts';

/** A transaction as a resource: rolled back at the end of its block, unless it was committed. */
function begin(client: MongoClient) {
  const session = client.startSession();
  session.startTransaction();
  return {
    session,
    commit: () => session.commitTransaction(),
    async [Symbol.asyncDispose]() {
      if (session.inTransaction()) await session.abortTransaction();
      await session.endSession();
    },
  };
}

// `await using`: the end of the block ends what was begun in it.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'a session and its cursor are disposed of in the reverse order, with documents left': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await items.insertMany(['a', 'b', 'c'].map(_id => ({ _id })));
    await using session = client.startSession();
    await using cursor = items.find({}, { session, batchSize: 1 }).sort({ _id: 1 });
    expect(await cursor.next()).toEqual({ _id: 'a' });
  },
  'a client, a session and a change stream in one block': async ({ open, db }) => {
    await using client = open();
    await using session = client.startSession();
    const items = client.db(db.databaseName).collection<Row>('items');
    await using stream = items.watch();
    await stream.tryNext();
    await items.insertOne({ _id: 'a' }, { session });
    expect(await stream.next()).toMatchObject({ operationType: 'insert' });
  },
  'a transaction that is committed in its block': async ({ client, make }) => {
    const items = await make('items');
    {
      await using work = begin(client);
      await items.insertOne({ _id: 'a' }, work);
      await work.commit();
    }
    expect(await items.countDocuments()).toBe(1);
  },
  'a transaction whose block fails, or returns early: it is rolled back by its disposal': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const save = async (how: 'fail' | 'return') => {
      await using work = begin(client);
      await items.insertOne({ _id: how }, { session: work.session });
      if (how === 'fail') throw new RangeError('no');
    };
    expect(await failureOf(save('fail'))).toBeInstanceOf(RangeError);
    await save('return');
    expect(await items.countDocuments()).toBe(0);
  },
  'a stack of resources is moved on and disposed of by who has it then': async ({ client, make }) => {
    const items = await make('items');
    const disposals: (() => Promise<unknown>)[] = [];
    const session = client.startSession();
    disposals.push(() => session.endSession());
    const cursor = items.find({}, { session });
    disposals.push(() => cursor.close());
    expect(await cursor.toArray()).toEqual([]);
    for (const dispose of disposals.toReversed()) await dispose();
    await session.endSession();
  },
};

correctPrograms(programs);
