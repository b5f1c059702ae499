import { once } from 'node:events';
import { Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ClientSession, Collection } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Row } from '../support/correct-programs.ts';

const rows = ['a', 'b', 'c', 'd', 'e'].map(_id => ({ _id }));

async function filled(items: Collection<Row>): Promise<Collection<Row>> {
  await items.insertMany(rows);
  return items;
}

// Cursors, generators, streams and change streams, closed where they should be.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'a change stream is closed and another resumes after its token': async ({ client, make }) => {
    const items = await make('items');
    const first = items.watch();
    await first.tryNext();
    await items.insertOne({ _id: 'a' });
    const { _id: token } = await first.next();
    await first.close();
    await items.insertOne({ _id: 'b' });
    const second = client.db(items.dbName).watch([], { resumeAfter: token });
    const change = await second.next();
    await second.close();
    expect(change.operationType).toBe('insert');
  },
  'changes come as events while transactions commit, and the stream is closed with one unread': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const stream = items.watch([{ $match: { operationType: 'insert' } }], { fullDocument: 'updateLookup' });
    const heard = once(stream, 'change');
    await once(stream, 'resumeTokenChanged').catch(() => undefined);
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        await items.insertOne({ _id: 'b' }, { session });
      }),
    );
    expect((await heard)[0]).toMatchObject({ documentKey: { _id: 'a' } });
    await stream.close();
  },
  '`for await` over a change stream ends as its handler closes it': async ({ make }) => {
    const items = await make('items');
    const stream = items.watch();
    const seen: string[] = [];
    const reading = (async () => {
      for await (const change of stream) {
        if (change.operationType === 'insert') seen.push(change.documentKey['_id']);
        if (seen.length === 2) break;
      }
    })();
    while (stream.resumeToken === undefined || stream.resumeToken === null) await items.findOne();
    await items.insertMany(rows.slice(0, 3));
    await reading;
    await stream.close();
    expect(seen).toEqual(['a', 'b']);
  },
  'a tailable cursor waits for more and is closed by hand': async ({ db }) => {
    const log = await db.createCollection<Row>('log', { capped: true, size: 4096 });
    await log.insertOne({ _id: 'a' });
    const cursor = log.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 20 });
    expect(await cursor.next()).toEqual({ _id: 'a' });
    await log.insertOne({ _id: 'b' });
    expect(await cursor.next()).toEqual({ _id: 'b' });
    expect(await cursor.tryNext()).toBeNull();
    await cursor.close();
  },
  'a cursor of a session goes through a pipeline, and the session ends when the pipeline has': async ({
    client,
    make,
  }) => {
    const items = await filled(await make('items'));
    const seen: string[] = [];
    await client.withSession(session =>
      pipeline(
        items.find({}, { session, batchSize: 2 }).sort({ _id: 1 }).stream(),
        new Transform({ objectMode: true, transform: ({ _id }: Row, _encoding, done) => done(null, _id) }),
        new Writable({
          objectMode: true,
          write: (id: string, _encoding, done) => done(void seen.push(id) as never),
        }),
      ),
    );
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
  },
  'a generator holds a session and a cursor: its `finally` closes both when the reader stops early': async ({
    client,
    make,
  }) => {
    const items = await filled(await make('items'));
    async function* read() {
      const session = client.startSession();
      const cursor = items.find({}, { session, batchSize: 2 }).sort({ _id: 1 });
      try {
        for (let row = await cursor.next(); row !== null; row = await cursor.next()) yield row;
      } finally {
        await cursor.close();
        await session.endSession();
      }
    }
    const seen: string[] = [];
    for await (const { _id } of read()) {
      seen.push(_id);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual(['a', 'b', 'c']);
  },
  'a generator yields from within a transaction, and the consumer writes in it with the same session':
    async ({ client, make }) => {
      const [items, copies] = [await filled(await make('items')), await make('copies')];
      async function* read(session: ClientSession) {
        for await (const row of items.find({}, { session, batchSize: 2 })) yield row;
      }
      await client.withSession(session =>
        session.withTransaction(async () => {
          for await (const row of read(session)) await copies.insertOne(row, { session });
        }),
      );
      expect(await copies.countDocuments()).toBe(5);
    },
  'a cursor is closed in `finally` before the transaction is over, with documents left': async ({
    client,
    make,
  }) => {
    const items = await filled(await make('items'));
    const first = await client.withSession(session =>
      session.withTransaction(async () => {
        const cursor = items.find({}, { session, batchSize: 1 }).sort({ _id: 1 });
        try {
          return (await cursor.hasNext()) ? await cursor.next() : null;
        } finally {
          await cursor.close();
        }
      }),
    );
    expect(first).toEqual({ _id: 'a' });
  },
  'the page after the last id: each page a cursor of its own on one session': async ({ client, make }) => {
    const items = await filled(await make('items'));
    const pages: number[] = [];
    await client.withSession({ causalConsistency: true }, async session => {
      for (let last = '', page: Row[] = rows; page.length > 0; ) {
        page = await items
          .find({ _id: { $gt: last } }, { session })
          .sort({ _id: 1 })
          .limit(2)
          .toArray();
        last = page.at(-1)?.['_id'] ?? last;
        pages.push(page.length);
      }
    });
    expect(pages).toEqual([2, 2, 1, 0]);
  },
  'a cursor is read, rewound and read again, and a clone of it too': async ({ client, make }) => {
    const items = await filled(await make('items'));
    await client.withSession(async session => {
      const cursor = items.find({}, { session, batchSize: 2 });
      expect(await cursor.next()).not.toBeNull();
      expect(await cursor.toArray()).toHaveLength(4);
      cursor.rewind();
      expect(await cursor.map(({ _id: id }) => id).toArray()).toHaveLength(5);
      expect(await cursor.clone().toArray()).toHaveLength(5);
    });
  },
  'two cursors are merged, each on a session of its own, and the longer one is closed': async ({
    client,
    make,
  }) => {
    const [left, right] = [await filled(await make('left')), await make('right')];
    await right.insertOne({ _id: 'c' });
    const sessions = [client.startSession(), client.startSession()] as const;
    const [a, b] = [
      left.find({}, { session: sessions[0], batchSize: 1 }).sort({ _id: 1 }),
      right.find({}, { session: sessions[1] }).sort({ _id: 1 }),
    ];
    let [one, two] = await Promise.all([a.next(), b.next()]);
    while (one !== null && two !== null && one['_id'] !== two['_id']) {
      if (one['_id'] < two['_id']) one = await a.next();
      else two = await b.next();
    }
    await Promise.all([a.close(), b.close()]);
    await Promise.all(sessions.map(session => session.endSession()));
    expect(one).toEqual(two);
  },
  'a read is written to another collection by the server, and the empty cursor is read': async ({
    client,
    make,
    db,
  }) => {
    const items = await filled(await make('items'));
    await client.withSession(async session => {
      await items.aggregate([{ $match: { _id: 'a' } }, { $out: 'picked' }], { session }).toArray();
      await items.aggregate([{ $merge: 'picked' }], { session }).toArray();
    });
    expect(await db.collection('picked').countDocuments()).toBe(5);
  },
};

correctPrograms(programs);
