import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';
import { codeOf, failureOf } from '../support/outcome.ts';

class Conflict extends Error {
  readonly status = 409;
}

// Errors that are caught, wrapped and answered where that is right.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'an error becomes one of the application inside the callback, with its cause: it still leaves the callback':
    async ({ client, make }) => {
      const users = await make('users');
      await users.insertOne({ _id: 'ann' });
      const register = (session: ClientSession) =>
        users.insertOne({ _id: 'ann' }, { session }).catch((cause: unknown) => {
          throw new Conflict('the name is taken', { cause });
        });
      const failure = await failureOf(
        client.withSession(session => session.withTransaction(() => register(session))),
      );
      expect(failure).toBeInstanceOf(Conflict);
      expect(codeOf(failure instanceof Error ? failure.cause : undefined)).toBe(11000);
    },
  'errors of several steps leave the callback in one `AggregateError`': async ({ client, make }) => {
    const items = await make('items');
    await items.insertOne({ _id: 'a' });
    const failure = await failureOf(
      client.withSession(session =>
        session.withTransaction(async () => {
          const errors = [await failureOf(items.insertOne({ _id: 'a' }, { session }))];
          errors.push(new Error('the mail was not sent'));
          throw new AggregateError(errors, 'two steps failed');
        }),
      ),
    );
    expect(failure).toBeInstanceOf(AggregateError);
  },
  'an error is caught, the transaction aborted by hand, and a result returned: no work follows': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await items.insertOne({ _id: 'a' });
    const result = await client.withSession(session =>
      session.withTransaction(async () => {
        try {
          await items.insertOne({ _id: 'a' }, { session });
          return { ok: true };
        } catch (error) {
          await session.abortTransaction();
          return { ok: false, code: codeOf(error) };
        }
      }),
    );
    expect(result).toEqual({ ok: false, code: 11000 });
  },
  'an error of the domain rolls back on purpose, and a result is made of it outside': async ({
    client,
    make,
  }) => {
    const accounts = await make('accounts');
    await accounts.insertOne({ _id: 'a', n: 5 });
    class TooLittle extends Error {}
    const withdraw = async (n: number) => {
      try {
        return await client.withSession(session =>
          session.withTransaction(async () => {
            await accounts.updateOne({ _id: 'a' }, { $inc: { n: -n } }, { session });
            const account = await accounts.findOne({ _id: 'a' }, { session });
            if ((account?.['n'] ?? 0) < 0) throw new TooLittle();
            return 'paid';
          }),
        );
      } catch (error) {
        if (error instanceof TooLittle) return 'refused';
        throw error;
      }
    };
    expect([await withdraw(9), await withdraw(5)]).toEqual(['refused', 'paid']);
    expect(await accounts.findOne()).toEqual({ _id: 'a', n: 0 });
  },
  'the whole transaction is repeated by the application as a name is taken, each with a new session': async ({
    client,
    make,
  }) => {
    const users = await make('users');
    await users.insertMany([{ _id: 'ann' }, { _id: 'ann2' }]);
    const insert = (_id: string) =>
      client.withSession(session => session.withTransaction(() => users.insertOne({ _id }, { session })));
    const tried: string[] = [];
    for (const name of ['ann', 'ann2', 'ann3']) {
      tried.push(name);
      if ((await failureOf(insert(name))) === undefined) break;
    }
    expect(tried).toHaveLength(3);
  },
  'a duplicate key is caught on a session without a transaction, and the session goes on': async ({
    client,
    make,
  }) => {
    const seen = await make('seen');
    const fresh = await client.withSession(async session => {
      let count = 0;
      for (const id of ['a', 'b', 'a', 'c', 'b']) {
        const failure = await failureOf(seen.insertOne({ _id: id }, { session }));
        if (failure === undefined) count += 1;
        else expect(codeOf(failure)).toBe(11000);
      }
      return count;
    });
    expect(fresh).toBe(3);
  },
  'upserts race for one key, the losers catch the duplicate and try again: outside any transaction': async ({
    make,
  }) => {
    const counters = await make('counters');
    await counters.createIndex({ name: 1 }, { unique: true });
    const count = async (): Promise<unknown> => {
      try {
        return await counters.updateOne({ name: 'hits' }, { $inc: { n: 1 } }, { upsert: true });
      } catch (error) {
        if (codeOf(error) !== 11000) throw error;
        return count();
      }
    };
    await Promise.all([count(), count(), count(), count()]);
    expect((await counters.findOne({ name: 'hits' }))?.['n']).toBe(4);
  },
  'an unordered bulk write fails in part and its good part is counted: on a session, without a transaction':
    async ({ client, make, driver: { lib } }) => {
      const items = await make('items');
      await items.insertOne({ _id: 'b' });
      const operations = ['a', 'b', 'c'].map(_id => ({ insertOne: { document: { _id } } }));
      const inserted = await client.withSession(session =>
        items.bulkWrite(operations, { ordered: false, session }).then(
          result => result.insertedCount,
          (error: unknown) => {
            if (error instanceof lib.MongoBulkWriteError) return error.insertedCount;
            throw error;
          },
        ),
      );
      expect([inserted, await items.countDocuments()]).toEqual([2, 3]);
    },
  'a document that the validator refuses: caught around the transaction and shown to the user': async ({
    client,
    db,
  }) => {
    const people = await db.createCollection<{ _id: string; age?: number }>('people', {
      validator: { age: { $type: 'number' } },
    });
    const failure = await failureOf(
      client.withSession(session =>
        session.withTransaction(async () => {
          await people.insertOne({ _id: 'a', age: 1 }, { session });
          await people.insertOne({ _id: 'b' }, { session });
        }),
      ),
    );
    expect(codeOf(failure)).toBe(121);
    expect(await people.countDocuments()).toBe(0);
  },
  'the callback fails before it has sent anything, and is caught outside': async ({ client, make }) => {
    const items = await make('items');
    const failure = await failureOf(
      client.withSession(session =>
        session.withTransaction(async () => {
          await sleep(1);
          JSON.parse('{');
          await items.insertOne({ _id: 'a' }, { session });
        }),
      ),
    );
    expect(failure).toBeInstanceOf(SyntaxError);
  },
  'a conflict is seen by hand and the callback throws its own error: the next call does it all again':
    async ({ client, make }) => {
      const items = await make('items');
      await items.insertOne({ _id: 'a', version: 1 });
      const rename = (expected: number) =>
        client.withSession(session =>
          session.withTransaction(async () => {
            const filter = { _id: 'a', version: expected };
            const { matchedCount } = await items.updateOne(filter, { $inc: { version: 1 } }, { session });
            if (matchedCount === 0) throw new Conflict('changed meanwhile');
          }),
        );
      await rename(1);
      expect(await failureOf(rename(1))).toBeInstanceOf(Conflict);
      await rename(2);
      expect((await items.findOne())?.['version']).toBe(3);
    },
};

correctPrograms(programs);
