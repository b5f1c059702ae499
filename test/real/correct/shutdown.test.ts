import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { scope } from '../../../src/index.ts';
import { type CorrectProgram, correctPrograms, type Row, type Stage } from '../support/correct-programs.ts';

function openItems({ open, db }: Stage) {
  const client = open();
  return { client, items: client.db(db.databaseName).collection<Row>('items') };
}

const rows = ['a', 'b', 'c'].map(_id => ({ _id }));

// The last things that an application does.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'the stream of changes, its session and the client are closed at once': async stage => {
    const { client, items } = openItems(stage);
    const stream = items.watch([], { maxAwaitTimeMS: 20 });
    await stream.tryNext();
    await Promise.all([stream.close(), client.close()]);
  },
  'a change stream of listeners is closed, with its last read on the wire': async stage => {
    const { client, items } = openItems(stage);
    const stream = items.watch();
    const seen: unknown[] = [];
    stream.on('change', change => seen.push(change)).on('error', () => {});
    await items.findOne();
    await sleep(20);
    await items.insertOne({ _id: 'a' });
    await stream.close();
    await client.close();
  },
  'a cursor that nobody will read on is idle when the client is closed': async stage => {
    const { client, items } = openItems(stage);
    await items.insertMany(rows);
    expect(await items.find({}, { batchSize: 1 }).sort({ _id: 1 }).next()).toEqual({ _id: 'a' });
    await client.close();
  },
  'what is closed already is closed once more after the client: cursor, stream and session': async stage => {
    const { client, items } = openItems(stage);
    await items.insertMany(rows);
    const session = client.startSession();
    const cursor = items.find({}, { session });
    await cursor.toArray();
    await session.endSession();
    await client.close();
    await cursor.close();
    await session.endSession();
    await client.close();
  },
  'the idle session of the application ends after its client, in another handler': async stage => {
    const { client, items } = openItems(stage);
    const session = client.startSession();
    await items.insertOne({ _id: 'a' }, { session });
    await client.close();
    await session.endSession();
  },
  'the whole script is one scope: its session is idle when it closes the client': async stage => {
    const { client, items } = openItems(stage);
    await scope(async () => {
      const session = client.startSession();
      await items.insertOne({ _id: 'a' }, { session });
      await client.close();
    });
  },
  'the work is done, its promises have settled in the same turn, and the client is closed at once':
    async stage => {
      await stage.make('items');
      const { client, items } = openItems(stage);
      const inserts = rows.map(row => client.withSession(session => items.insertOne(row, { session })));
      const transactions = ['d', 'e'].map(id =>
        client.withSession(session =>
          session.withTransaction(() => items.insertOne({ _id: id }, { session })),
        ),
      );
      await Promise.allSettled([...inserts, ...transactions]);
      await client.close();
      expect(await stage.db.collection('items').countDocuments()).toBe(5);
    },
  'the last write is plain, and closes the client by its own `finally`': async stage => {
    const { client, items } = openItems(stage);
    await items.insertOne({ _id: 'a' }).finally(() => client.close());
  },
  'the last session closes the client when it has ended': async stage => {
    const { client, items } = openItems(stage);
    const session = client.startSession();
    const closed = new Promise<void>((resolve, reject) => {
      session.once('ended', () => void client.close().then(resolve, reject));
    });
    await items.insertOne({ _id: 'a' }, { session });
    await session.endSession();
    await closed;
  },
  'a client that was never used is closed, and one that has only connected': async ({ open }) => {
    await open().close();
    const connected = await open().connect();
    await connected.close();
  },
  'a loop waits for a change in short turns, sees the sign to stop, and ends before the client does':
    async stage => {
      const { client, items } = openItems(stage);
      const stopping = new AbortController();
      const stream = items.watch([], { maxAwaitTimeMS: 5 });
      const watching = (async () => {
        let seen = 0;
        while (!stopping.signal.aborted) if ((await stream.tryNext()) !== null) seen += 1;
        await stream.close();
        return seen;
      })();
      await sleep(15);
      stopping.abort();
      expect(await watching).toBe(0);
      await client.close();
    },
};

correctPrograms(programs);
