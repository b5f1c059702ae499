import { AsyncResource } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { outsideTxn, scope } from '../../../src/index.ts';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';
import { gate } from '../../support/gate.ts';

// Code that runs while somebody else's transaction is open, or was begun where one was.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'the same function twice at once: a transaction by hand, and after its commit a plain write': async ({
    client,
    make,
  }) => {
    const [orders, log] = [await make('orders'), await make('log')];
    const place = async (id: string, pause: number) => {
      const session = client.startSession();
      session.startTransaction();
      await orders.insertOne({ _id: id }, { session });
      await sleep(pause);
      await session.commitTransaction();
      await session.endSession();
      await log.insertOne({ _id: id });
    };
    await Promise.all([place('slow', 20), place('fast', 0)]);
    expect(await log.countDocuments()).toBe(2);
  },
  'one function with and without a transaction, at once: the plain call is begun by the same caller': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const save = async (id: string, safely: boolean) => {
      if (!safely) return items.insertOne({ _id: id });
      const session = client.startSession();
      session.startTransaction();
      await items.insertOne({ _id: id }, { session });
      await sleep(10);
      await session.commitTransaction();
      return session.endSession();
    };
    await Promise.all([save('a', true), save('b', false), save('c', false)]);
    expect(await items.countDocuments()).toBe(3);
  },
  'one function at once with a transaction and in its `else` without, the plain one later on': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const save = async (id: string, safely: boolean) => {
      if (safely) {
        const session = client.startSession();
        session.startTransaction();
        await items.insertOne({ _id: id }, { session });
        await sleep(10);
        await session.commitTransaction();
        await session.endSession();
      } else {
        await items.insertOne({ _id: id });
      }
    };
    await Promise.all([save('a', true), save('b', false)]);
    expect(await items.countDocuments()).toBe(2);
  },
  'a loop starts workers, each takes its transactions by hand and notes its progress between them': async ({
    client,
    make,
  }) => {
    const [items, progress] = [await make('items'), await make('progress')];
    await progress.insertOne({ _id: 'p', n: 0 });
    const worker = async (name: string) => {
      const session = client.startSession();
      for (let n = 0; n < 3; n += 1) {
        session.startTransaction();
        await items.insertOne({ _id: `${name}${n}` }, { session });
        await session.commitTransaction();
        await progress.updateOne({ _id: 'p' }, { $inc: { n: 1 } });
      }
      await session.endSession();
    };
    await Promise.all(['a', 'b', 'c'].map(worker));
    expect(await progress.findOne()).toEqual({ _id: 'p', n: 9 });
  },
  'a transaction is left in the background on its own session, and is done before the outer one': async ({
    client,
    make,
  }) => {
    const [orders, metrics] = [await make('orders'), await make('metrics')];
    const background: Promise<unknown>[] = [];
    const measure = () =>
      client.withSession(own => own.withTransaction(() => metrics.insertOne({ _id: 'm' }, { session: own })));
    await client.withSession(session =>
      session.withTransaction(async () => {
        background.push(measure());
        for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await orders.insertOne({ _id: id }, { session });
        await sleep(10);
        await orders.updateMany({}, { $set: { done: true } }, { session });
      }),
    );
    await Promise.all(background);
    expect(await metrics.countDocuments()).toBe(1);
  },
  'a listener with its own session hears of something within a transaction': async ({ client, make }) => {
    const [orders, stats] = [await make('orders'), await make('stats')];
    const bus = new EventEmitter();
    const handled: Promise<unknown>[] = [];
    bus.on('ordered', (id: string) => {
      handled.push(client.withSession(own => stats.insertOne({ _id: id }, { session: own })));
    });
    await client.withSession(session =>
      session.withTransaction(async () => {
        await orders.insertOne({ _id: 'a' }, { session });
        bus.emit('ordered', 'a');
        await orders.insertOne({ _id: 'b' }, { session });
      }),
    );
    await Promise.all(handled);
    expect(await stats.countDocuments()).toBe(1);
  },
  'the next number is taken outside on purpose, by a transaction of its own, and says so': async ({
    client,
    make,
  }) => {
    const [orders, counters] = [await make('orders'), await make('counters')];
    const next = () =>
      client.withSession(session =>
        session.withTransaction(() =>
          counters.findOneAndUpdate(
            { _id: 'order' },
            { $inc: { n: 1 } },
            { session, upsert: true, returnDocument: 'after' },
          ),
        ),
      );
    await client.withSession(session =>
      session.withTransaction(async () => {
        const counter = await outsideTxn(next);
        await orders.insertOne({ _id: `order-${counter?.['n']}` }, { session });
      }),
    );
    expect(await orders.findOne()).toEqual({ _id: 'order-1' });
  },
  'a timer set within a transaction writes after it: plainly, and on a session of its own': async ({
    client,
    make,
  }) => {
    const [items, later] = [await make('items'), await make('later')];
    const timers: Promise<unknown>[] = [];
    const committed = gate();
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        const timer = committed.opened.then(() => sleep(1));
        timers.push(
          timer.then(async () => {
            await later.insertOne({ _id: 'plain' });
            return client.withSession(own => later.insertOne({ _id: 'own' }, { session: own }));
          }),
        );
      }),
    );
    committed.open();
    await Promise.all(timers);
    expect(await later.countDocuments()).toBe(2);
  },
  'a batcher that a transaction has first used serves all later callers': async ({ client, make }) => {
    const [items, names] = [await make('items'), await make('names')];
    await names.insertMany([{ _id: 'a' }, { _id: 'b' }]);
    const waiting: { readonly id: string; readonly resolve: (known: boolean) => void }[] = [];
    const flush = async () => {
      const batch = waiting.splice(0);
      const known = new Set(await names.distinct('_id', { _id: { $in: batch.map(({ id }) => id) } }));
      for (const { id, resolve } of batch) resolve(known.has(id));
    };
    const isKnown = (id: string) =>
      new Promise<boolean>(resolve => {
        if (waiting.push({ id, resolve }) === 1) setImmediate(() => void flush());
      });
    const save = (id: string) =>
      client.withSession(session =>
        session.withTransaction(async () => {
          if (await isKnown(id)) await items.insertOne({ _id: id }, { session });
        }),
      );
    await save('a');
    await Promise.all([save('b'), save('c'), isKnown('a')]);
    expect(await items.countDocuments()).toBe(2);
  },
  'a queue runs the next task where the last one has released it, in a scope and a context of its own':
    async ({ client, make }) => {
      const items = await make('items');
      const tasks: (() => void)[] = [];
      let busy = false;
      const release = () => {
        busy = false;
        tasks.shift()?.();
      };
      const locked = <T>(task: () => Promise<T>) =>
        new Promise<T>((resolve, reject) => {
          const start = AsyncResource.bind(() => {
            busy = true;
            task().finally(release).then(resolve, reject);
          });
          if (busy) tasks.push(start);
          else start();
        });
      const insert = (id: string) =>
        client.withSession(session =>
          session.withTransaction(() => items.insertOne({ _id: id }, { session })),
        );
      await Promise.all(['a', 'b', 'c'].map(id => scope(() => locked(() => insert(id)))));
      expect(await items.countDocuments()).toBe(3);
    },
  'an iterator made before a transaction is read on within it, and without its session': async ({
    client,
    make,
  }) => {
    const [source, target] = [await make('source'), await make('target')];
    await source.insertMany(['a', 'b', 'c', 'd'].map(_id => ({ _id })));
    const save = (id: string, session: ClientSession) => target.insertOne({ _id: id }, { session });
    await client.withSession(async session => {
      for await (const { _id: id } of source.find({}, { batchSize: 1 }))
        await session.withTransaction(() => save(id, session));
    });
    expect(await target.countDocuments()).toBe(4);
  },
};

correctPrograms(programs);
