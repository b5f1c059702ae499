import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter, once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { keep, scope } from '../../../src/index.ts';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';

async function serve(handle: RequestListener): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((request, response) => scope(() => handle(request, response))).listen(0);
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await closed;
}

// What servers do with sessions, request by request.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'parallel requests, each with a transaction on a session of its own, on one hot document': async ({
    client,
    make,
  }) => {
    const counters = await make('counters');
    await counters.insertOne({ _id: 'hits', n: 0 });
    const handler = () =>
      client.withSession(session =>
        session.withTransaction(() =>
          counters.findOneAndUpdate({ _id: 'hits' }, { $inc: { n: 1 } }, { session }),
        ),
      );
    await Promise.all([1, 2, 3].map(() => scope(handler)));
    expect(await counters.findOne()).toEqual({ _id: 'hits', n: 3 });
  },
  'a hook starts the session of a request and another ends it, after the response': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const sessions = new WeakMap<object, ClientSession>();
    const hooks = {
      onRequest: async (request: object) => void sessions.set(request, client.startSession()),
      onResponse: async (request: object) => sessions.get(request)?.endSession(),
    };
    const handle = (request: { readonly id: string }) =>
      scope(async () => {
        await hooks.onRequest(request);
        const session = sessions.get(request);
        if (session !== undefined) await items.insertOne({ _id: request.id }, { session });
        await hooks.onResponse(request);
      });
    await Promise.all([handle({ id: 'a' }), handle({ id: 'b' })]);
    await handle({ id: 'c' });
    expect(await items.countDocuments()).toBe(3);
  },
  'SIGTERM while requests run: the server stops, they finish, and the client is closed last': async ({
    open,
    make,
  }) => {
    const items = await make('items');
    const client = await open().connect();
    const slow = client.db(items.dbName).collection<{ _id: string }>('items');
    const started = new EventEmitter();
    const { server, url } = await serve((request, response) => {
      void client
        .withSession(session =>
          session.withTransaction(async () => {
            await slow.insertOne({ _id: request.url ?? '' }, { session });
            started.emit('inside');
            await sleep(20);
          }),
        )
        .then(() => response.end('done'));
    });
    const shutdown = (async () => {
      await once(started, 'inside');
      await stop(server);
      await client.close();
    })();
    const answer = await fetch(`${url}a`, { headers: { connection: 'close' } });
    expect(await answer.text()).toBe('done');
    await shutdown;
    expect(await items.countDocuments()).toBe(1);
  },
  'a response streams what a cursor reads, and the session ends when the response has': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await items.insertMany(['a', 'b', 'c'].map(_id => ({ _id })));
    const done: Promise<unknown>[] = [];
    const { server, url } = await serve((_request, response) => {
      const session = client.startSession();
      const send = async () => {
        try {
          for await (const { _id } of items.find({}, { session, batchSize: 1 }).sort({ _id: 1 }))
            response.write(_id);
          response.end();
          await once(response, 'close');
        } finally {
          await session.endSession();
        }
      };
      done.push(send());
    });
    const answer = await fetch(url, { headers: { connection: 'close' } });
    expect(await answer.text()).toBe('abc');
    await Promise.all(done);
    await stop(server);
  },
  'the visitor goes away: the signal of the request stops the loop, not the operation that runs': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const visitor = new AbortController();
    const handle = async ({ signal }: AbortController) =>
      client.withSession(async session => {
        let n = 0;
        for (; !signal.aborted; n += 1) {
          await items.insertOne({ _id: `${n}` }, { session });
          if (n === 2) visitor.abort();
        }
        return n;
      });
    expect(await scope(() => handle(visitor))).toBe(3);
  },
  'the answer is sent before the log is written: the log has a session of its own, and is awaited at the stop':
    async ({ client, make }) => {
      const [items, log] = [await make('items'), await make('log')];
      const late: Promise<unknown>[] = [];
      const handle = (_id: string) =>
        scope(async () => {
          await client.withSession(session => items.insertOne({ _id }, { session }));
          late.push(
            sleep(5).then(() =>
              client.withSession(own => own.withTransaction(() => log.insertOne({ _id }, { session: own }))),
            ),
          );
          return 'sent';
        });
      expect(await Promise.all([handle('a'), handle('b')])).toEqual(['sent', 'sent']);
      await Promise.all(late);
      expect(await log.countDocuments()).toBe(2);
    },
  'a socket has one session for all its messages: it is kept, and ended when the socket closes': async ({
    client,
    make,
  }) => {
    const messages = await make('messages');
    const socket = new EventEmitter();
    const session = keep(client.startSession({ causalConsistency: true }));
    let queue: Promise<unknown> = Promise.resolve();
    socket.on('message', (_id: string) => {
      queue = queue.then(() => scope(() => messages.insertOne({ _id }, { session })));
    });
    const closed = new Promise<void>((resolve, reject) => {
      socket.once('close', () => void queue.then(() => session.endSession()).then(resolve, reject));
    });
    for (const text of ['a', 'b', 'c']) socket.emit('message', text);
    socket.emit('close');
    await closed;
    expect(await messages.countDocuments()).toBe(3);
  },
  'each request has its own storage, its session in it, and sub-requests within it': async ({
    client,
    make,
  }) => {
    const views = await make('views');
    const context = new AsyncLocalStorage<{ readonly id: string; readonly session: ClientSession }>();
    const sub = () =>
      scope(async () => {
        const { id = '', session } = context.getStore() ?? {};
        if (session !== undefined)
          await views.updateOne({ _id: id }, { $inc: { n: 1 } }, { session, upsert: true });
      });
    const handle = (id: string) =>
      scope(() =>
        client.withSession(session =>
          context.run({ id, session }, async () => {
            await sub();
            await sub();
          }),
        ),
      );
    await Promise.all([handle('a'), handle('b')]);
    expect(await views.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', n: 2 },
      { _id: 'b', n: 2 },
    ]);
  },
  'a loader gathers the keys of many resolvers into one read: no session, no transaction is near': async ({
    make,
  }) => {
    const users = await make('users');
    await users.insertMany([{ _id: 'a' }, { _id: 'b' }]);
    let batch: { readonly ids: Set<string>; readonly read: Promise<Set<string>> } | undefined;
    const load = async (id: string) => {
      const ids = batch?.ids ?? new Set<string>();
      batch ??= {
        ids,
        read: Promise.resolve().then(async () => {
          batch = undefined;
          return new Set(await users.distinct('_id', { _id: { $in: [...ids] } }));
        }),
      };
      ids.add(id);
      return (await batch.read).has(id);
    };
    const resolve = (...ids: readonly string[]) => scope(() => Promise.all(ids.map(load)));
    const answers = await Promise.all([resolve('a', 'b'), resolve('b', 'c')]);
    expect(answers).toEqual([
      [true, true],
      [true, false],
    ]);
  },
};

correctPrograms(programs);
