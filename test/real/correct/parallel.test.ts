import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession } from 'mongodb';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Row } from '../support/correct-programs.ts';
import { failureOf } from '../support/outcome.ts';

const ids = ['a', 'b', 'c', 'd'];

const fetchPrice = (_id: string) => sleep(1, { _id, n: _id.length });

async function within<T>(limitMS: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('too slow')), limitMS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

// Much at once, and each thing where it may be.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'transfers between the same accounts at once: the driver repeats those that conflict': async ({
    client,
    make,
  }) => {
    const accounts = await make('accounts');
    await accounts.insertMany(ids.map(_id => ({ _id, n: 10 })));
    const transfer = (from: string, to: string) =>
      client.withSession(session =>
        session.withTransaction(async () => {
          await accounts.updateOne({ _id: from }, { $inc: { n: -1 } }, { session });
          await accounts.updateOne({ _id: to }, { $inc: { n: 1 } }, { session });
        }),
      );
    await Promise.all([transfer('a', 'b'), transfer('a', 'c'), transfer('b', 'd')]);
    const left = await accounts.find().sort({ _id: 1 }).toArray();
    expect(left.map(account => account['n'])).toEqual([8, 10, 11, 11]);
  },
  'a callback waits for much at once, none of it in the database, and then writes in a row': async ({
    client,
    make,
  }) => {
    const prices = await make('prices');
    await client.withSession(session =>
      session.withTransaction(async () => {
        for (const price of await Promise.all(ids.map(fetchPrice)))
          await prices.insertOne(price, { session });
      }),
    );
    expect(await prices.countDocuments()).toBe(4);
  },
  'one operation of the transaction runs beside work that is not of the database': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await client.withSession(session =>
      session.withTransaction(async () => {
        await Promise.all([items.insertOne({ _id: 'a' }, { session }), sleep(2)]);
        const [count] = await Promise.all([items.countDocuments({}, { session }), sleep(1)]);
        expect(count).toBe(1);
      }),
    );
  },
  'promises in a chain: each operation of the transaction begins when the last one has settled': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await client.withSession(session =>
      session.withTransaction(() =>
        ids.reduce<Promise<unknown>>(
          (before, _id) => before.then(() => items.insertOne({ _id }, { session })),
          Promise.resolve(),
        ),
      ),
    );
    expect(await items.countDocuments()).toBe(4);
  },
  'an operation is begun early and awaited late, before the transaction ends': async ({ client, make }) => {
    const items = await make('items');
    await client.withSession(async session => {
      session.startTransaction();
      const inserted = items.insertOne({ _id: 'a' }, { session });
      await sleep(2);
      const label = 'computed meanwhile';
      await inserted;
      await items.updateOne({ _id: 'a' }, { $set: { label } }, { session });
      await session.commitTransaction();
    });
    expect(await items.countDocuments()).toBe(1);
  },
  'reads at once within one request, each on a session of its own, one of them failing': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    await items.insertMany(ids.map(_id => ({ _id })));
    const read = (_id: string) => client.withSession(session => items.findOne({ _id }, { session }));
    const broken = client.withSession(session =>
      items.aggregate([{ $noSuchStage: {} }], { session }).toArray(),
    );
    const results = await Promise.allSettled([...ids.map(read), broken]);
    expect(results.map(({ status }) => status)).toEqual([...ids.map(() => 'fulfilled'), 'rejected']);
  },
  'an `allSettled` of reads and one write on a session without a transaction: all have settled when it ends':
    async ({ client, make }) => {
      const items = await make('items');
      await items.insertOne({ _id: 'a' });
      const session = client.startSession();
      try {
        const reads = ids.map(_id => items.findOne({ _id }, { session, projection: { _id: 1 } }));
        const results = await Promise.allSettled([...reads, items.insertOne({ _id: 'a' }, { session })]);
        expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(1);
      } finally {
        await session.endSession();
      }
    },
  'a race with a timer: the loser is stopped, and awaited': async ({ client, make }) => {
    const items = await make('items');
    const polling = new AbortController();
    const poll = (session: ClientSession) =>
      (async () => {
        let found = null;
        while (found === null && !polling.signal.aborted) found = await items.findOne({}, { session });
        return found;
      })();
    await client.withSession(async session => {
      const found = poll(session);
      const winner = await Promise.race([found, sleep(15, 'too late')]);
      polling.abort();
      expect([winner, await found]).toEqual(['too late', null]);
    });
  },
  'a query takes the signal of the request: the abort rejects it, and only then the session ends': async ({
    open,
    appName,
    make,
  }) => {
    await (await make('items')).insertMany(ids.map(_id => ({ _id })));
    const client = open({ monitorCommands: true });
    const items = client.db(appName).collection<Row>('items');
    const request = new AbortController();
    const session = client.startSession();
    const slow = items.find({ $where: 'sleep(20) || true' }, { session, signal: request.signal }).toArray();
    const failed = failureOf(slow);
    await once(client, 'commandStarted');
    request.abort(new Error('the visitor has left'));
    expect(await failed).toMatchObject({ message: 'the visitor has left' });
    await session.endSession();
  },
  'the first of two mirrors answers, the other is awaited too: both sessions end by themselves': async ({
    client,
    make,
  }) => {
    const mirrors = [await make('one'), await make('two')];
    await Promise.all(mirrors.map(mirror => mirror.insertOne({ _id: 'a' })));
    const asked = mirrors.map(mirror => client.withSession(session => mirror.findOne({}, { session })));
    expect(await Promise.any(asked)).toEqual({ _id: 'a' });
    await Promise.allSettled(asked);
  },
  'transactions are begun in a synchronous loop, each on its session, and committed together': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const sessions = ids.map(() => client.startSession());
    for (const session of sessions) session.startTransaction();
    await Promise.all(sessions.map((session, n) => items.insertOne({ _id: `${n}` }, { session })));
    await Promise.all(sessions.map(session => session.commitTransaction()));
    await Promise.all(sessions.map(session => session.endSession()));
    expect(await items.countDocuments()).toBe(4);
  },
  'a time limit around a transaction: its timer is cleared, and nothing is left when it was faster': async ({
    client,
    make,
  }) => {
    const items = await make('items');
    const insert = (session: ClientSession) => items.insertOne({ _id: 'a' }, { session });
    await within(
      10_000,
      client.withSession(session => session.withTransaction(() => insert(session))),
    );
    expect(await items.countDocuments()).toBe(1);
  },
};

correctPrograms(programs);
