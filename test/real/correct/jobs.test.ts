import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { scope } from '../../../src/index.ts';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';
import { codeOf, failureOf } from '../support/outcome.ts';

/** At most so many at once, as the well-known packages do. */
function limit(most: number): <T>(fn: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async fn => {
    if (running >= most) await new Promise<void>(resolve => waiting.push(resolve));
    running += 1;
    try {
      return await fn();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}

// Queues, relays, timers: work that runs beside the requests.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'a queue runs two transactions at once, each on a session of its own': async ({ client, make }) => {
    const items = await make('items');
    const limited = limit(2);
    const insert = (_id: string) =>
      client.withSession(session => session.withTransaction(() => items.insertOne({ _id }, { session })));
    await Promise.all(['a', 'b', 'c', 'd', 'e'].map(_id => limited(() => insert(_id))));
    expect(await items.countDocuments()).toBe(5);
  },
  'a worker polls: it takes a job without a session and completes it in a transaction': async ({
    client,
    make,
  }) => {
    const [jobs, results] = [await make('jobs'), await make('results')];
    await jobs.insertMany(['a', 'b', 'c'].map(_id => ({ _id, state: 'waiting' })));
    const stopping = new AbortController();
    const complete = (_id: string, session: ClientSession) =>
      session.withTransaction(async () => {
        await results.insertOne({ _id }, { session });
        await jobs.updateOne({ _id }, { $set: { state: 'done' } }, { session });
      });
    const poll = async () => {
      while (!stopping.signal.aborted) {
        const update = { $set: { state: 'active' }, $inc: { attempts: 1 } };
        const job = await jobs.findOneAndUpdate({ state: 'waiting' }, update, { sort: { _id: 1 } });
        if (job === null) stopping.abort();
        else await scope(() => client.withSession(session => complete(job['_id'], session)));
      }
    };
    await Promise.all([poll(), poll()]);
    expect([await results.countDocuments(), await jobs.countDocuments({ state: 'done' })]).toEqual([3, 3]);
  },
  'the outbox is filled in a transaction, and a relay on a second client empties it meanwhile': async ({
    client,
    open,
    make,
  }) => {
    const [orders, outbox] = [await make('orders'), await make('outbox')];
    const relay = await open({ maxPoolSize: 5 }).connect();
    const queue = relay.db(outbox.dbName).collection('outbox');
    const published: unknown[] = [];
    const stopping = new AbortController();
    const relaying = (async () => {
      for (;;) {
        const last = stopping.signal.aborted;
        const event = await queue.findOneAndDelete({}, { sort: { _id: 1 } });
        if (event !== null) published.push(event['_id']);
        else if (last) break;
        else await sleep(2);
      }
    })();
    for (const id of ['a', 'b', 'c'])
      await client.withSession(session =>
        session.withTransaction(async () => {
          await orders.insertOne({ _id: id }, { session });
          await outbox.insertOne({ _id: id }, { session });
        }),
      );
    stopping.abort();
    await relaying;
    await relay.close();
    expect(published).toEqual(['a', 'b', 'c']);
  },
  'the relay publishes within a transaction on its own client while a transaction of the first is open':
    async ({ client, open, make }) => {
      const [orders, outbox, sent] = [await make('orders'), await make('outbox'), await make('sent')];
      await outbox.insertOne({ _id: 'old' });
      const relay = open();
      const mine = relay.db(orders.dbName);
      const publish = () =>
        relay.withSession(session =>
          session.withTransaction(async () => {
            const event = await mine.collection('outbox').findOneAndDelete({}, { session });
            if (event !== null) await mine.collection('sent').insertOne(event, { session });
          }),
        );
      await client.withSession(session =>
        session.withTransaction(async () => {
          await orders.insertOne({ _id: 'a' }, { session });
          await publish();
          await outbox.insertOne({ _id: 'new' }, { session });
        }),
      );
      await publish();
      expect(await sent.countDocuments()).toBe(2);
    },
  'messages come twice: the key of each is inserted first, and its duplicate ends the whole transaction':
    async ({ client, make }) => {
      const [inbox, totals] = [await make('inbox'), await make('totals')];
      await totals.insertOne({ _id: 't', n: 0 });
      const receive = async (_id: string) => {
        const failure = await failureOf(
          client.withSession(session =>
            session.withTransaction(async () => {
              await inbox.insertOne({ _id }, { session });
              await totals.updateOne({ _id: 't' }, { $inc: { n: 1 } }, { session });
            }),
          ),
        );
        if (failure !== undefined && codeOf(failure) !== 11000) throw failure;
      };
      for (const message of ['a', 'b', 'a']) await receive(message);
      expect(await totals.findOne()).toEqual({ _id: 't', n: 2 });
    },
  'a lock is a document: who gets the duplicate key waits and tries again': async ({ make }) => {
    const locks = await make('locks');
    await locks.createIndex({ until: 1 }, { expireAfterSeconds: 60 });
    let inside = 0;
    let most = 0;
    const locked = async (fn: () => Promise<void>): Promise<void> => {
      const failure = await failureOf(locks.insertOne({ _id: 'one', until: new Date() }));
      if (failure !== undefined) return sleep(2).then(() => locked(fn));
      await fn();
      await locks.deleteOne({ _id: 'one' });
    };
    const work = async () => {
      most = Math.max(most, (inside += 1));
      await sleep(1);
      inside -= 1;
    };
    await Promise.all([locked(work), locked(work), locked(work)]);
    expect(most).toBe(1);
  },
  'a timer that skips a beat while the last one runs, and is cleared and awaited at the end': async ({
    client,
    make,
  }) => {
    const beats = await make('beats');
    let running: Promise<unknown> | undefined;
    let n = 0;
    const beat = () => client.withSession(session => beats.insertOne({ _id: `${(n += 1)}` }, { session }));
    const timer = setInterval(() => {
      running ??= scope(beat).finally(() => (running = undefined));
    }, 1);
    while ((await beats.countDocuments()) < 3) await sleep(2);
    clearInterval(timer);
    await running;
    expect(await beats.countDocuments()).toBe(n);
  },
  'a failed job is tried again later, each time on a new session in a new scope': async ({
    client,
    make,
  }) => {
    const runs = await make('runs');
    const attempt = (n: number) =>
      scope(() =>
        client.withSession(session =>
          session.withTransaction(async () => {
            await runs.insertOne({ _id: `${n}` }, { session });
            if (n < 3) throw new Error('not yet');
          }),
        ),
      );
    let n = 1;
    for (; (await failureOf(attempt(n))) !== undefined; n += 1) await sleep(2 ** n);
    expect([n, await runs.countDocuments()]).toEqual([3, 1]);
  },
  'one import, many workers: each batch is a transaction, the counter is outside and on no session': async ({
    client,
    make,
  }) => {
    const [rows, progress] = [await make('rows'), await make('progress')];
    await progress.insertOne({ _id: 'import', n: 0 });
    const batches = [['a', 'b'], ['c'], ['d', 'e', 'f']];
    const next = batches.values();
    const worker = async () => {
      for (const batch of next) {
        await client.withSession(session =>
          session.withTransaction(() =>
            rows.insertMany(
              batch.map(_id => ({ _id })),
              { session },
            ),
          ),
        );
        await progress.updateOne({ _id: 'import' }, { $inc: { n: batch.length } });
      }
    };
    await Promise.all([worker(), worker()]);
    expect([await rows.countDocuments(), await progress.findOne()]).toEqual([6, { _id: 'import', n: 6 }]);
  },
};

correctPrograms(programs);
