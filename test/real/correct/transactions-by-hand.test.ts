import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, MongoError } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Stage } from '../support/correct-programs.ts';
import { codeOf, failureOf } from '../support/outcome.ts';

/** The whole transaction again while its error is a transient one, as the driver's documentation shows. */
async function runTransactionWithRetry(
  { driver }: Stage,
  session: ClientSession,
  work: (session: ClientSession) => Promise<void>,
): Promise<void> {
  for (;;) {
    try {
      await work(session);
      return;
    } catch (error) {
      if (session.inTransaction()) await session.abortTransaction();
      if (!hasLabel(driver, error, 'TransientTransactionError')) throw error;
      await sleep(5);
    }
  }
}

async function commitWithRetry({ driver }: Stage, session: ClientSession): Promise<void> {
  for (;;) {
    try {
      await session.commitTransaction();
      return;
    } catch (error) {
      if (!hasLabel(driver, error, 'UnknownTransactionCommitResult')) throw error;
    }
  }
}

function hasLabel({ lib }: Stage['driver'], error: unknown, label: string): boolean {
  return error instanceof lib.MongoError && (error satisfies MongoError).hasErrorLabel(label);
}

// Transactions that the application begins, ends and repeats by itself.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'an update runs into a write conflict and again: the loop of the documentation aborts and starts over':
    async stage => {
      const { client, make } = stage;
      const employees = await make('employees');
      await employees.insertOne({ _id: 'hot', n: 0 });
      const other = client.startSession();
      other.startTransaction();
      await employees.updateOne({ _id: 'hot' }, { $inc: { n: 1 } }, { session: other });
      let attempts = 0;
      await client.withSession(session =>
        runTransactionWithRetry(stage, session, async () => {
          if ((attempts += 1) === 2) await other.commitTransaction();
          session.startTransaction({ readConcern: { level: 'snapshot' }, writeConcern: { w: 'majority' } });
          await employees.updateOne({ _id: 'hot' }, { $inc: { n: 10 } }, { session });
          await commitWithRetry(stage, session);
        }),
      );
      await other.endSession();
      expect([attempts, await employees.findOne()]).toEqual([2, { _id: 'hot', n: 11 }]);
    },
  'a transaction aborts as nothing is to be done, and the session goes on': async ({ client, make }) => {
    const stock = await make('stock');
    await stock.insertMany([
      { _id: 'a', n: 0 },
      { _id: 'b', n: 1 },
    ]);
    const session = client.startSession();
    const reserve = async (_id: string) => {
      session.startTransaction();
      const found = await stock.findOne({ _id }, { session });
      if (found?.['n'] === 0) {
        await session.abortTransaction();
        return false;
      }
      await stock.updateOne({ _id }, { $inc: { n: -1 } }, { session });
      await session.commitTransaction();
      return true;
    };
    expect([await reserve('a'), await reserve('b'), await reserve('b')]).toEqual([false, true, false]);
    await session.endSession();
  },
  'a version that has changed meanwhile: the update matches nothing, the attempt is aborted and repeated':
    async ({ client, make }) => {
      const pages = await make('pages');
      await pages.insertOne({ _id: 'p', version: 1, text: '' });
      const edit = (session: ClientSession, version: number) =>
        pages.updateOne({ _id: 'p', version }, { $inc: { version: 1 }, $set: { text: 'new' } }, { session });
      await client.withSession(async session => {
        for (let known = 0, saved = false; !saved; ) {
          session.startTransaction();
          saved = (await edit(session, known)).modifiedCount === 1;
          await (saved ? session.commitTransaction() : session.abortTransaction());
          if (!saved) known = (await pages.findOne({ _id: 'p' }, { session }))?.['version'];
        }
      });
      expect(await pages.findOne()).toEqual({ _id: 'p', version: 2, text: 'new' });
    },
  'a duplicate key is caught, the transaction aborted, and a new one tries the next name': async ({
    client,
    make,
  }) => {
    const users = await make('users');
    await users.insertMany([{ _id: 'ann' }, { _id: 'ann1' }]);
    const session = client.startSession();
    const register = async (_id: string) => {
      session.startTransaction();
      try {
        await users.insertOne({ _id }, { session });
        await session.commitTransaction();
        return true;
      } catch (error) {
        await session.abortTransaction();
        if (codeOf(error) === 11000) return false;
        throw error;
      }
    };
    let n = 0;
    while (!(await register(n === 0 ? 'ann' : `ann${n}`))) n += 1;
    await session.endSession();
    expect(n).toBe(2);
  },
  'two transactions take turns in one function: each has a session of its own': async ({ client, make }) => {
    const [books, ledger] = [await make('books'), await make('ledger')];
    const [one, two] = [client.startSession(), client.startSession()];
    try {
      one.startTransaction();
      two.startTransaction();
      await books.insertOne({ _id: 'a' }, { session: one });
      await ledger.insertOne({ _id: 'b' }, { session: two });
      await books.insertOne({ _id: 'c' }, { session: one });
      await one.commitTransaction();
      await two.abortTransaction();
    } finally {
      await Promise.all([one.endSession(), two.endSession()]);
    }
    expect([await books.countDocuments(), await ledger.countDocuments()]).toEqual([2, 0]);
  },
  'a `finally` aborts what is still open: a flag says that the commit has been done': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const save = async (_id: string, valid: boolean) => {
      const session = client.startSession();
      let committed = false;
      try {
        session.startTransaction();
        await items.insertOne({ _id }, { session });
        if (!valid) throw new RangeError('invalid');
        await session.commitTransaction();
        committed = true;
      } finally {
        if (!committed) await session.abortTransaction();
        await session.endSession();
      }
    };
    await save('a', true);
    expect(await failureOf(save('b', false))).toBeInstanceOf(RangeError);
    expect(await items.countDocuments()).toBe(1);
  },
  'transactions that send nothing: begun and committed, begun and aborted': async ({ client }) => {
    const session = client.startSession();
    session.startTransaction();
    await session.commitTransaction();
    session.startTransaction();
    await session.abortTransaction();
    await session.endSession();
    expect(session.inTransaction()).toBe(false);
  },
  'a transaction that only reads: it is committed for one consistent view': async ({ client, make }) => {
    const [a, b] = [await make('a'), await make('b')];
    await a.insertOne({ _id: '1' });
    const session = client.startSession({
      defaultTransactionOptions: { readConcern: { level: 'snapshot' } },
    });
    session.startTransaction({ readPreference: 'primary', maxCommitTimeMS: 5000 });
    const counts = [await a.countDocuments({}, { session })];
    await client.withSession(own => b.insertOne({ _id: '2' }, { session: own }));
    counts.push(await b.countDocuments({}, { session }));
    await session.commitTransaction();
    await session.endSession();
    expect(counts).toEqual([1, 0]);
  },
  'a transaction for each batch on one session: the progress between them is written without it': async ({
    client,
    make,
  }) => {
    const [items, progress] = [await make('items'), await make('progress')];
    const batches = [['a', 'b'], ['c', 'd'], ['e']];
    await client.withSession(async session => {
      for (const [n, batch] of batches.entries()) {
        session.startTransaction();
        for (const id of batch) await items.insertOne({ _id: id }, { session });
        await session.commitTransaction();
        await progress.updateOne({ _id: 'import' }, { $set: { n } }, { upsert: true });
      }
    });
    expect(await progress.findOne()).toEqual({ _id: 'import', n: 2 });
    expect(await items.countDocuments()).toBe(5);
  },
};

correctPrograms(programs);
