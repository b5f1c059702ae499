import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { keep } from '../../../src/index.ts';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';

// Sessions that live long, are handed on, or end in an unusual place.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'sessions stay in a map between the messages of a conversation: its last message ends each': async ({
    client,
    make,
  }) => {
    const events = await make('events');
    const sessions = new Map<string, ClientSession>();
    const sessionOf = (id: string) => {
      const session = sessions.get(id) ?? client.startSession();
      sessions.set(id, session);
      return session;
    };
    const handle = async (id: string, type: string, n: number) => {
      const session = sessionOf(id);
      await events.insertOne({ _id: `${id}${n}`, type }, { session });
      if (type !== 'bye') return;
      sessions.delete(id);
      await session.endSession();
    };
    for (const [n, type] of ['hello', 'talk', 'bye'].entries())
      await Promise.all(['ann', 'bob', 'cid'].map(id => handle(id, type, n)));
    expect(sessions.size).toBe(0);
    expect(await events.countDocuments()).toBe(9);
  },
  'a session is made when somebody first asks for it: nothing is ended where nobody did': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const work = async (ids: readonly string[]) => {
      let session: ClientSession | undefined;
      const lazily = () => (session ??= client.startSession());
      try {
        for (const id of ids) await items.insertOne({ _id: id }, { session: lazily() });
      } finally {
        await session?.endSession();
      }
    };
    await work([]);
    await work(['a', 'b']);
    expect(await items.countDocuments()).toBe(2);
  },
  'one session serves a long loop of operations: they come one after the other': async ({ client, make }) => {
    const counters = await make('counters');
    await client.withSession(async session => {
      for (let n = 0; n < 60; n += 1)
        await counters.updateOne({ _id: 'n' }, { $inc: { n: 1 } }, { session, upsert: true });
    });
    expect(await counters.findOne()).toEqual({ _id: 'n', n: 60 });
  },
  'each worker has one session for all its jobs: it is its own, and ended when the queue is empty': async ({
    client,
    make,
  }) => {
    const jobs = await make('jobs');
    await jobs.insertMany(['a', 'b', 'c', 'd', 'e', 'f'].map(_id => ({ _id, state: 'new' })));
    const worker = async () => {
      const session = keep(client.startSession());
      const take = () => jobs.findOneAndUpdate({ state: 'new' }, { $set: { state: 'done' } }, { session });
      try {
        let done = 0;
        while ((await take()) !== null) done += 1;
        return done;
      } finally {
        await session.endSession();
      }
    };
    const counts = await Promise.all([worker(), worker()]);
    expect(counts.reduce((sum, count) => sum + count)).toBe(6);
  },
  'work that its caller does not await: it has its own session, and the shutdown awaits it': async ({
    client,
    make,
  }) => {
    const audit = await make('audit');
    const background = new Set<Promise<unknown>>();
    const fireAndForget = (work: Promise<unknown>) => {
      const settled = work.catch(() => undefined).finally(() => background.delete(settled));
      background.add(settled);
    };
    await client.withSession(async session => {
      await audit.insertOne({ _id: 'request' }, { session });
      const log = async (own: ClientSession) => {
        await sleep(5);
        await audit.insertOne({ _id: 'log' }, { session: own });
      };
      fireAndForget(client.withSession(log));
    });
    await Promise.allSettled(background);
    expect(await audit.countDocuments()).toBe(2);
  },
  'one session reads what another one wrote: the times are handed over, not the session': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const writer = client.startSession({ causalConsistency: true });
    await items.insertOne({ _id: 'a' }, { session: writer });
    const { clusterTime, operationTime } = writer;
    await writer.endSession();
    const reader = client.startSession({ causalConsistency: true });
    if (clusterTime !== undefined) reader.advanceClusterTime(clusterTime);
    if (operationTime !== undefined) reader.advanceOperationTime(operationTime);
    expect(await items.findOne({}, { session: reader })).toEqual({ _id: 'a' });
    await reader.endSession();
  },
  'a snapshot session reads two collections while others write: it sees neither write': async ({
    client,
    make,
  }) => {
    const [orders, totals] = [await make('orders'), await make('totals')];
    const majority = { writeConcern: { w: 'majority' as const } };
    await orders.insertOne({ _id: 'a' }, majority);
    await totals.insertOne({ _id: 't', n: 1 }, majority);
    await client.withSession({ snapshot: true }, async session => {
      expect(await orders.countDocuments({}, { session })).toBe(1);
      await orders.insertOne({ _id: 'b' });
      await totals.updateOne({ _id: 't' }, { $inc: { n: 1 } });
      expect(await totals.findOne({}, { session })).toEqual({ _id: 't', n: 1 });
      expect(await orders.find({}, { session }).toArray()).toEqual([{ _id: 'a' }]);
    });
  },
  'somebody listens for the end of a session and works then: with another session': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const session = client.startSession();
    const ended = once(session, 'ended').then(() =>
      client.withSession(next => items.insertOne({ _id: 'after' }, { session: next })),
    );
    await items.insertOne({ _id: 'a' }, { session });
    await session.endSession();
    await ended;
    expect(await items.countDocuments()).toBe(2);
  },
  'sessions go back to a pool of the application and out again: one borrower at a time': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const idle: ClientSession[] = [];
    const borrow = async (fn: (session: ClientSession) => Promise<unknown>) => {
      const session = idle.pop() ?? client.startSession();
      try {
        await session.withTransaction(() => fn(session));
      } finally {
        idle.push(session);
      }
    };
    const insert = (_id: string) => borrow(session => items.insertOne({ _id }, { session }));
    await Promise.all(['a', 'b', 'c'].map(insert));
    await Promise.all(['d', 'e'].map(insert));
    expect(idle).toHaveLength(3);
    await Promise.all(idle.splice(0).map(session => session.endSession()));
    expect(await items.countDocuments()).toBe(5);
  },
  'a session is started and ended and never used: there was nothing to do': async ({ client }) => {
    const session = client.startSession();
    await session.endSession();
    await client.withSession(async () => {});
    await client.withSession(one => one.withTransaction(async () => {}));
    expect(session.hasEnded).toBe(true);
  },
  'a session is asked about after its end: only its properties are read': async ({ client, make }) => {
    const items = await make('items');
    const session = client.startSession();
    await items.insertOne({ _id: 'a' }, { session });
    await session.endSession();
    expect([session.hasEnded, session.inTransaction(), session.id === undefined]).toContain(true);
    expect(session.operationTime).toBeDefined();
  },
};

correctPrograms(programs);
