import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms } from '../support/correct-programs.ts';

/** Look like a fault of one of the rules, and are right. */
const programs: Readonly<Record<string, CorrectProgram>> = {
  'an optimistic lock: a document that has changed meanwhile is reported to the caller': async ({
    client,
    make,
  }) => {
    const stock = await make('stock');
    await stock.insertOne({ _id: 'tea', version: 2 });
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      const session = client.startSession();
      session.startTransaction();
      await stock.insertOne({ _id: id }, { session });
      const seen = { _id: 'tea', version: 1 };
      expect((await stock.updateOne(seen, { $set: { version: 3 } }, { session })).matchedCount).toBe(0);
      await session.abortTransaction();
      await session.endSession();
    }
  },
  'a transaction inside another one on other documents, meant and awaited': async ({ client, make }) => {
    const orders = await make('orders');
    const audit = await make('audit');
    await client.withSession(async session => {
      await session.withTransaction(async () => {
        await orders.insertOne({ _id: 'a' }, { session });
      });
      await client.withSession(own =>
        own.withTransaction(() => audit.insertOne({ _id: 'a' }, { session: own })),
      );
    });
  },
  'reads of a report beside a transaction on other collections': async ({ client, make }) => {
    const orders = await make('orders');
    const reports = await make('reports');
    await client.withSession(session =>
      session.withTransaction(async () => {
        await orders.insertOne({ _id: 'a' }, { session });
        expect(await reports.find().toArray()).toEqual([]);
        expect(await reports.aggregate([{ $count: 'n' }]).toArray()).toEqual([]);
      }),
    );
  },
  'an aggregation that ends in `$merge` after the commit, in the same function': async ({
    client,
    make,
    db,
  }) => {
    const orders = await make('orders');
    await make('sales');
    const session = client.startSession();
    session.startTransaction();
    await orders.insertOne({ _id: 'a' }, { session });
    await session.commitTransaction();
    await orders.aggregate([{ $match: {} }, { $merge: 'sales' }], { session }).toArray();
    await session.endSession();
    await orders.aggregate([{ $match: {} }, { $out: 'copies' }]).toArray();
    expect(await db.collection('copies').countDocuments()).toBe(1);
  },
  'a cursor that is rewound again and again': async ({ client, make }) => {
    const rows = await make('rows');
    await rows.insertMany(['a', 'b', 'c', 'd'].map(id => ({ _id: id })));
    await client.withSession(async session => {
      const cursor = rows.find({}, { session, batchSize: 2 });
      for (let round = 0; round < 3; round += 1) {
        expect(await cursor.next()).toMatchObject({ _id: 'a' });
        cursor.rewind();
      }
      for await (const row of cursor) expect(row).toHaveProperty('_id');
    });
  },
  'a change stream that is closed before its session ends': async ({ client, make }) => {
    const rows = await make('rows');
    const session = client.startSession();
    const stream = rows.watch([], { session });
    await stream.tryNext();
    await stream.close();
    await session.endSession();
  },
  'an abort in the catch-all that asks whether there is a transaction': async ({ client, make }) => {
    const rows = await make('rows');
    await rows.insertOne({ _id: 'a' });
    const session = client.startSession();
    try {
      session.startTransaction();
      await rows.insertOne({ _id: 'a' }, { session });
      await session.commitTransaction();
    } catch {
      if (session.inTransaction()) await session.abortTransaction();
    } finally {
      await session.endSession();
    }
  },
  'a loop by hand with fresh sessions and back-off that succeeds at the third attempt': async ({
    client,
    make,
    admin,
    appName,
  }) => {
    const stock = await make('stock');
    await stock.insertOne({ _id: 'tea', n: 1 });
    const other = admin.startSession();
    other.startTransaction();
    await admin
      .db(appName)
      .collection<{ _id: string }>('stock')
      .updateOne({ _id: 'tea' }, { $set: { n: 2 } }, { session: other });
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      if (attempt === 3) await other.commitTransaction();
      const session = client.startSession();
      try {
        session.startTransaction();
        await stock.updateOne({ _id: 'tea' }, { $inc: { n: 1 } }, { session });
        await session.commitTransaction();
        break;
      } catch {
        await session.abortTransaction();
        await sleep(20 * attempt);
      } finally {
        await session.endSession();
      }
    }
    await other.endSession();
    expect(await stock.findOne({ _id: 'tea' })).toMatchObject({ n: 3 });
  },
  'sessions of several layers, ended by the one that has started them': async ({ client, make }) => {
    const rows = await make('rows');
    const repository = {
      add: (id: string, session = client.startSession()) =>
        rows.insertOne({ _id: id }, { session }).finally(() => session.endSession()),
    };
    await repository.add('a');
    const session = client.startSession();
    await rows.insertOne({ _id: 'b' }, { session });
    await session.endSession();
  },
  'clients of a set-up script, one after the other': async ({ open, appName }) => {
    for (let step = 0; step < 5; step += 1) {
      const client = open();
      await client.db(appName).collection('steps').insertOne({ step });
      await client.close();
    }
  },
  'writes without a session whose transaction has been aborted on purpose': async ({ client, make }) => {
    const rows = await make('rows');
    const session = client.startSession();
    session.startTransaction();
    await rows.insertOne({ _id: 'a' }, { session });
    await session.abortTransaction();
    await rows.insertOne({ _id: 'b' });
    await rows.aggregate([{ $match: {} }, { $merge: 'rows2' }]).toArray();
    await session.endSession();
  },
  'a connection that change streams share with few operations': async ({ open, appName }) => {
    const client = open({ maxPoolSize: 8 });
    const rows = client.db(appName).collection('rows');
    await rows.insertOne({ step: 0 });
    const streams = [rows.watch(), rows.watch()].map(stream => stream.on('change', () => undefined));
    await sleep(50);
    await Promise.all(Array.from({ length: 4 }, () => rows.findOne({})));
    await Promise.all(streams.map(stream => stream.close()));
    await client.close();
  },
};

correctPrograms(programs);
