import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

// The primary steps down under the program, and is elected again.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'transactions and plain writes go on over an election: what is repeated, the driver repeats': async ({
    client,
    make,
    admin,
  }) => {
    const [items, log] = [await make('items'), await make('log')];
    const add = async (_id: string) =>
      client.withSession(session =>
        session.withTransaction(async () => {
          await items.insertOne({ _id }, { session });
          await log.insertOne({ _id: `${_id} in it` }, { session });
        }),
      );
    await add('before');
    const session = client.startSession();
    await failureOf(admin.db('admin').command({ replSetStepDown: 1, force: true }));
    const write = log.insertOne({ _id: 'plain' }, { session });
    await Promise.all([add('a'), add('b'), write, log.insertOne({ _id: 'without a session' })]);
    await session.endSession();
    await add('after');
    expect([await items.countDocuments(), await log.countDocuments()]).toEqual([4, 6]);
  },
  'a transaction by hand is cut off by an election, aborted, and done again from its start': async ({
    client,
    make,
    admin,
    driver: { lib },
  }) => {
    const items = await make('items');
    const session = client.startSession();
    let attempts = 0;
    for (let done = false; !done; ) {
      attempts += 1;
      session.startTransaction();
      try {
        await items.insertOne({ _id: 'a' }, { session });
        if (attempts === 1) await failureOf(admin.db('admin').command({ replSetStepDown: 1, force: true }));
        await items.insertOne({ _id: 'b' }, { session });
        await session.commitTransaction();
        done = true;
      } catch (error) {
        await session.abortTransaction();
        if (!(error instanceof lib.MongoError) || !error.hasErrorLabel('TransientTransactionError'))
          throw error;
        await sleep(10);
      }
    }
    await session.endSession();
    expect([attempts > 1, await items.countDocuments()]).toEqual([true, 2]);
  },
};

correctPrograms(programs, ownReplicaSet());
