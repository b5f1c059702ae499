import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, Collection } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Row } from '../support/correct-programs.ts';

const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map(_id => ({ _id }));

async function filled(items: Collection<Row>): Promise<Collection<Row>> {
  await items.insertMany(rows);
  return items;
}

const oneByOne = (items: Collection<Row>, session: ClientSession) =>
  items.find({}, { session, batchSize: 1 }).sort({ _id: 1 });

// The many ways in which a cursor comes to its end, and a session right after it.
const programs: Readonly<Record<string, CorrectProgram>> = {
  '`forEach` stops at the first `false`': async ({ client, make }) => {
    const items = await filled(await make('items'));
    const seen: string[] = [];
    await client.withSession(session =>
      oneByOne(items, session).forEach(({ _id: id }) => {
        seen.push(id);
        return seen.length < 3;
      }),
    );
    expect(seen).toHaveLength(3);
  },
  'an iterator is called by hand and returned early': async ({ client, make }) => {
    const items = await filled(await make('items'));
    await client.withSession(async session => {
      const iterator = oneByOne(items, session)[Symbol.asyncIterator]();
      expect((await iterator.next()).value).toEqual({ _id: 'a' });
      await iterator.return?.(undefined);
    });
  },
  'an error leaves the loop over a cursor': async ({ client, make }) => {
    const items = await filled(await make('items'));
    const read = client.withSession(async session => {
      for await (const { _id: id } of oneByOne(items, session)) if (id === 'b') throw new RangeError(id);
    });
    await expect(read).rejects.toBeInstanceOf(RangeError);
  },
  'the session ends when the stream says `end`': async ({ client, make }) => {
    const items = await filled(await make('items'));
    const session = client.startSession();
    const stream = oneByOne(items, session).stream();
    const ended = new Promise<void>((resolve, reject) => {
      stream.once('end', () => void session.endSession().then(resolve, reject));
    });
    stream.resume();
    await ended;
    expect(session.hasEnded).toBe(true);
  },
  'a stream is destroyed by hand, its `close` is awaited, and then the session ends': async ({
    client,
    make,
  }) => {
    const items = await filled(await make('items'));
    const session = client.startSession();
    const cursor = oneByOne(items, session);
    const stream = cursor.stream();
    await once(stream, 'readable');
    stream.destroy();
    await finished(stream).catch(() => undefined);
    await cursor.close();
    await session.endSession();
  },
  'a stream is read ahead while the transaction writes what it gives': async ({ client, make }) => {
    const [items, copies] = [await filled(await make('items')), await make('copies')];
    await client.withSession(session =>
      session.withTransaction(async () => {
        const copy = new Writable({
          objectMode: true,
          highWaterMark: 1,
          write: (row: Row, _encoding, done) =>
            void copies.insertOne(row, { session }).then(() => done(), done),
        });
        await pipeline(items.find({}, { session, batchSize: 2 }).stream(), copy);
      }),
    );
    expect(await copies.countDocuments()).toBe(6);
  },
  'a pipeline takes the cursor itself, and the transaction writes what it gives': async ({
    client,
    make,
  }) => {
    const [items, copies] = [await filled(await make('items')), await make('copies')];
    await client.withSession(session =>
      session.withTransaction(() =>
        pipeline(
          oneByOne(items, session),
          new Writable({
            objectMode: true,
            write: (row: Row, _encoding, done) =>
              void copies.insertOne(row, { session }).then(() => done(), done),
          }),
        ),
      ),
    );
    expect(await copies.countDocuments()).toBe(6);
  },
  'the first two of a stream are taken by an operator, and the cursor is closed before its session': async ({
    client,
    make,
  }) => {
    const items = await filled(await make('items'));
    const taken = await client.withSession(async session => {
      const cursor = oneByOne(items, session);
      try {
        return await Readable.from(cursor).take(2).toArray();
      } finally {
        await cursor.close();
      }
    });
    expect(taken).toHaveLength(2);
  },
  'a limit ends the cursor on the server: nobody asks for more': async ({ client, make }) => {
    const items = await filled(await make('items'));
    await client.withSession(async session => {
      const limited = items.find({}, { session, limit: 2, batchSize: 2 });
      expect([await limited.next(), await limited.next()]).not.toContain(null);
      expect(await items.find({}, { session }).limit(1).hasNext()).toBe(true);
      expect(await items.find({}, { session }).sort({ _id: -1 }).limit(-2).next()).toEqual({ _id: 'f' });
      expect(await items.aggregate([{ $limit: 1 }], { session }).next()).not.toBeNull();
      expect(await items.find({}, { session, singleBatch: true, batchSize: 2 }).next()).not.toBeNull();
    });
  },
  'only a first document is wanted of a small collection: the whole of it was in the first batch': async ({
    client,
    make,
  }) => {
    const items = await filled(await make('items'));
    const first = await client.withSession(session =>
      session.withTransaction(() => items.find({}, { session }).sort({ _id: 1 }).next()),
    );
    expect(first).toEqual({ _id: 'a' });
  },
  'a plan is explained, and the cursor never opened': async ({ client, make }) => {
    const items = await filled(await make('items'));
    await client.withSession(async session => {
      const cursor = items.find({ _id: 'a' }, { session });
      expect(await cursor.explain('queryPlanner')).toHaveProperty('queryPlanner');
    });
  },
  'a cursor that has been read is closed after its session has ended': async ({ client, make }) => {
    const items = await filled(await make('items'));
    const session = client.startSession();
    const cursor = oneByOne(items, session);
    try {
      expect(await cursor.toArray()).toHaveLength(6);
      await session.endSession();
    } finally {
      await cursor.close();
    }
  },
  'an operation ends its session by its own `then` and `finally`': async ({ client, make }) => {
    const items = await filled(await make('items'));
    const [one, two] = [client.startSession(), client.startSession()];
    await items.findOne({}, { session: one }).then(() => one.endSession());
    await items
      .find({}, { session: two, batchSize: 2 })
      .toArray()
      .finally(() => two.endSession());
  },
  'a loop pauses for long between two documents, and goes on': async ({ client, make }) => {
    const items = await filled(await make('items'));
    let count = 0;
    await client.withSession(async session => {
      for await (const row of oneByOne(items, session)) {
        if (row !== null) count += 1;
        await sleep(3);
      }
    });
    expect(count).toBe(6);
  },
};

correctPrograms(programs);
