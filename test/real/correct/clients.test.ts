import { once } from 'node:events';
import type { MongoClient } from 'mongodb';
import { expect } from 'vitest';
import { standaloneUri } from '../../setup/servers.ts';
import { type CorrectProgram, correctPrograms, type Row } from '../support/correct-programs.ts';
import { failureOf } from '../support/outcome.ts';

// Clients that come and go as they should.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'a module is loaded again and again and finds its client in a global cache': async ({ open, db }) => {
    const cache: Record<symbol, Promise<MongoClient> | undefined> = {};
    const key = Symbol.for('app.client');
    const load = () => (cache[key] ??= open().connect());
    for (let reload = 0; reload < 4; reload += 1) {
      const client = await load();
      await client
        .db(db.databaseName)
        .collection<Row>('items')
        .insertOne({ _id: `${reload}` });
    }
    await (await load()).close();
    delete cache[key];
  },
  '`close` is called twice, and at once by two handlers': async ({ open, db }) => {
    const client = await open().connect();
    await client.db(db.databaseName).collection('items').findOne();
    await Promise.all([client.close(), client.close()]);
    await client.close();
  },
  'a change stream is closed and the client right after it, while its last read is on the wire': async ({
    open,
    db,
  }) => {
    const client = await open().connect();
    const stream = client.db(db.databaseName).collection('items').watch();
    const waiting = failureOf(stream.next());
    await client.db('admin').command({ ping: 1 });
    await stream.close();
    await client.close();
    await waiting;
  },
  'a signal closes everything in its order: the poller first, then the sessions, then the client': async ({
    open,
    db,
  }) => {
    const client = await open().connect();
    const items = client.db(db.databaseName).collection<Row>('items');
    const stopping = new AbortController();
    const session = client.startSession();
    const poller = (async () => {
      while (!stopping.signal.aborted)
        await items.updateOne({ _id: 'n' }, { $inc: { n: 1 } }, { session, upsert: true });
    })();
    const shutdown = async () => {
      stopping.abort();
      await Promise.allSettled([poller]);
      await session.endSession();
      await client.close();
    };
    const signalled = once(process, 'SIGUSR2').then(shutdown);
    process.kill(process.pid, 'SIGUSR2');
    await signalled;
    expect((await db.collection('items').findOne())?.['n']).toBeGreaterThan(0);
  },
  'each test of a suite has a client of its own, made before it and closed after it': async ({
    open,
    db,
  }) => {
    let client: MongoClient | undefined;
    const beforeEach = async () => {
      client = await open().connect();
    };
    const afterEach = () => client?.close();
    const aTest = async (id: string) => {
      const items = client?.db(db.databaseName).collection<Row>('items');
      await client?.withSession(session =>
        session.withTransaction(async () => items?.insertOne({ _id: id }, { session })),
      );
    };
    for (const name of ['a', 'b', 'c', 'd']) {
      await beforeEach();
      await aTest(name);
      await afterEach();
    }
    expect(await db.collection('items').countDocuments()).toBe(4);
  },
  'a client for reports reads from secondaries, the other one writes': async ({ client, open, make }) => {
    const items = await make('items');
    const reports = open({ readPreference: 'secondaryPreferred', retryReads: false, maxPoolSize: 5 });
    const reader = reports.db(items.dbName).collection<Row>('items');
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        expect(await reader.countDocuments()).toBe(0);
      }),
    );
    expect(await reader.countDocuments()).toBe(1);
    await reports.close();
  },
  'data goes from one deployment to another: its server has no transactions and is asked for none': async ({
    driver,
    client,
    make,
  }) => {
    const items = await make('items');
    const legacy = new driver.lib.MongoClient(standaloneUri());
    const old = legacy.db(items.dbName).collection<Row>('items');
    await old.insertMany([{ _id: 'a' }, { _id: 'b' }]);
    await legacy.withSession(async reading => {
      await client.withSession(session =>
        session.withTransaction(async () => {
          await items.deleteMany({}, { session });
          for await (const row of old.find({}, { session: reading })) await items.insertOne(row, { session });
        }),
      );
    });
    expect(await items.countDocuments()).toBe(2);
    await legacy.db(items.dbName).dropDatabase();
    await legacy.close();
  },
  'listeners on the client write metrics into a map and never into the database': async ({ open, db }) => {
    const client = open({ monitorCommands: true });
    const counts = new Map<string, number>();
    const count = ({ commandName }: { commandName: string }) =>
      counts.set(commandName, (counts.get(commandName) ?? 0) + 1);
    client
      .on('commandStarted', count)
      .on('commandSucceeded', count)
      .on('connectionPoolCleared', () => {});
    await client.withSession(session =>
      session.withTransaction(() =>
        client.db(db.databaseName).collection<Row>('items').insertOne({ _id: 'a' }, { session }),
      ),
    );
    await client.close();
    expect(counts.get('insert')).toBe(2);
  },
  'many callers connect at once, and nobody connects before the first use': async ({ open, db }) => {
    const client = open();
    const items = client.db(db.databaseName).collection('items');
    await Promise.all([client.connect(), client.connect(), items.findOne(), items.countDocuments()]);
    await client.close();
  },
  'a script fails, and closes its client in `finally` all the same': async ({ open, db }) => {
    const client = open();
    const main = async () => {
      await client.withSession(session =>
        session.withTransaction(async () => {
          await client.db(db.databaseName).collection<Row>('items').insertOne({ _id: 'a' }, { session });
          throw new Error('the script is wrong');
        }),
      );
    };
    expect(await failureOf(main().finally(() => client.close()))).toBeInstanceOf(Error);
    expect(await db.collection('items').countDocuments()).toBe(0);
  },
  'a client is closed and connects again: a session of its first life is not used in its second': async ({
    open,
    db,
  }) => {
    const client = open();
    const items = client.db(db.databaseName).collection<Row>('items');
    const insert = (_id: string) => client.withSession(session => items.insertOne({ _id }, { session }));
    await insert('a');
    await client.close();
    await client.connect();
    await insert('b');
    await client.close(true);
    expect(await db.collection('items').countDocuments()).toBe(2);
  },
  'a client that cannot be reached is given up and another one tried': async ({ driver, open }) => {
    const dead = new driver.lib.MongoClient('mongodb://127.0.0.1:1/', { serverSelectionTimeoutMS: 30 });
    const connect = () => dead.connect().catch(() => open().connect());
    const client = await connect();
    await dead.close();
    expect(await client.db('admin').command({ ping: 1 })).toMatchObject({ ok: 1 });
  },
};

correctPrograms(programs);
