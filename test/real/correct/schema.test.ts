import { setTimeout as sleep } from 'node:timers/promises';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import { expect } from 'vitest';
import { type CorrectProgram, correctPrograms, type Row } from '../support/correct-programs.ts';
import { failureOf } from '../support/outcome.ts';

// Collections, indexes, commands, files: some with a session, some in a transaction, some rightly without.
const programs: Readonly<Record<string, CorrectProgram>> = {
  'indexes are made before the transactions, again at each start': async ({ client, make }) => {
    const items = await make('items');
    const start = async () => {
      await Promise.all([items.createIndex({ name: 1 }), items.createIndex({ at: -1 }, { sparse: true })]);
    };
    await start();
    await client.withSession(session =>
      session.withTransaction(() => items.insertOne({ _id: 'a', name: 'x' }, { session })),
    );
    await start();
    expect(await items.indexes()).toHaveLength(3);
  },
  'a collection is made in the transaction that first writes to it, with its index': async ({
    client,
    db,
  }) => {
    await client.withSession(session =>
      session.withTransaction(async () => {
        const orders = await db.createCollection<Row>('orders', { session });
        await orders.createIndex({ customer: 1 }, { session });
        await orders.insertOne({ _id: 'a', customer: 'ann' }, { session });
      }),
    );
    expect(await db.collection('orders').countDocuments()).toBe(1);
  },
  'a transaction makes a collection by its first insert': async ({ client, db }) => {
    const fresh = db.collection<Row>('fresh');
    await client.withSession(session =>
      session.withTransaction(() => fresh.insertMany([{ _id: 'a' }, { _id: 'b' }], { session })),
    );
    expect(await fresh.countDocuments()).toBe(2);
  },
  'a time series and a capped collection are written on a session, without a transaction': async ({
    client,
    db,
  }) => {
    const series = await db.createCollection('series', { timeseries: { timeField: 'at', metaField: 'of' } });
    const capped = await db.createCollection('capped', { capped: true, size: 4096 });
    await client.withSession(async session => {
      await series.insertMany([{ at: new Date(), of: 'a', n: 1 }], { session });
      await capped.insertOne({ n: 1 }, { session });
      expect(await series.countDocuments({}, { session })).toBe(1);
    });
  },
  'commands are run by their names with the session: in the transaction those that it takes': async ({
    client,
    make,
    db,
  }) => {
    await make('items');
    await client.withSession(async session => {
      const documents = [{ _id: 'a' }, { _id: 'b' }];
      await session.withTransaction(async () => {
        await db.command({ insert: 'items', documents }, { session });
        const { cursor } = await db.command({ find: 'items', filter: { _id: 'a' } }, { session });
        expect(cursor.firstBatch).toHaveLength(1);
      });
      await db.command({ ping: 1 }, { session });
      expect(await db.runCursorCommand({ find: 'items', batchSize: 1 }, { session }).toArray()).toHaveLength(
        2,
      );
    });
  },
  'commands of administration go their way while a transaction is open beside them': async ({
    client,
    db,
    make,
  }) => {
    const items = await make('items');
    await client.withSession(session =>
      session.withTransaction(async () => {
        await items.insertOne({ _id: 'a' }, { session });
        await db.admin().ping();
        await db.admin().serverInfo();
        expect(await db.listCollections({}, { nameOnly: true }).toArray()).toHaveLength(1);
      }),
    );
  },
  'each tenant has a database of its own: one session serves them in turn': async ({ client, db, admin }) => {
    const tenants = ['ann', 'bob'].map(name => `${db.databaseName}_${name}`);
    for (const tenant of tenants) await admin.db(tenant).createCollection('items');
    await client.withSession(async session => {
      for (const tenant of tenants) {
        session.startTransaction();
        await client.db(tenant).collection<Row>('items').insertOne({ _id: 'a' }, { session });
        await session.commitTransaction();
      }
    });
    expect(await Promise.all(tenants.map(name => admin.db(name).dropDatabase()))).toEqual([true, true]);
  },
  'one transaction over the databases of two tenants': async ({ client, db, admin }) => {
    const [from, to] = [`${db.databaseName}_from`, `${db.databaseName}_to`];
    await client.db(from).collection<Row>('items').insertOne({ _id: 'a' });
    await admin.db(to).createCollection('items');
    await client.withSession(session =>
      session.withTransaction(async () => {
        const item = await client.db(from).collection<Row>('items').findOneAndDelete({}, { session });
        if (item !== null) await client.db(to).collection<Row>('items').insertOne(item, { session });
      }),
    );
    expect(await client.db(to).collection('items').countDocuments()).toBe(1);
    await Promise.all([from, to].map(name => admin.db(name).dropDatabase()));
  },
  'a file goes to GridFS before the transaction that speaks of it, and is deleted when that fails': async ({
    driver,
    client,
    db,
    make,
  }) => {
    const items = await make('items');
    const bucket = new driver.lib.GridFSBucket(db);
    const upload = bucket.openUploadStream('a.txt');
    await pipeline(Readable.from([Buffer.from('text')]), upload);
    const failure = await failureOf(
      client.withSession(session =>
        session.withTransaction(async () => {
          await items.insertOne({ _id: 'a', file: upload.id }, { session });
          throw new RangeError('too large');
        }),
      ),
    );
    if (failure !== undefined) await bucket.delete(upload.id);
    expect(await bucket.find().toArray()).toEqual([]);
  },
  'a migration goes through a collection in steps, and notes each on a second session': async ({
    client,
    make,
  }) => {
    const [items, migrations] = [await make('items'), await make('migrations')];
    await items.insertMany(['a', 'b', 'c', 'd'].map(_id => ({ _id })));
    const [reading, writing] = [client.startSession(), client.startSession()];
    const cursor = items.find({ name: { $exists: false } }, { session: reading, batchSize: 2 });
    for await (const { _id } of cursor) {
      await writing.withTransaction(async () => {
        await items.updateOne({ _id }, { $set: { name: _id } }, { session: writing });
        await migrations.updateOne({ _id: '1' }, { $inc: { n: 1 } }, { session: writing, upsert: true });
      });
      await sleep(1);
    }
    await Promise.all([reading.endSession(), writing.endSession()]);
    expect(await migrations.findOne()).toEqual({ _id: '1', n: 4 });
  },
  'a session gives the transactions their options, and a call leaves them': async ({ client, db, make }) => {
    const items = await make('items');
    const majority = {
      readConcern: { level: 'majority' as const },
      writeConcern: { w: 'majority' as const },
    };
    await client.withSession({ defaultTransactionOptions: majority }, async session => {
      await session.withTransaction(() => items.insertOne({ _id: 'a' }, { session }));
      await session.withTransaction(() => items.insertOne({ _id: 'b' }, { session }), {
        readConcern: { level: 'snapshot' },
        maxCommitTimeMS: 5000,
      });
      const relaxed = db.collection('items', { readPreference: 'secondaryPreferred' });
      expect(await relaxed.countDocuments({}, { session })).toBe(2);
    });
  },
  'a bulk builder and a bulk write, one after the other on one session': async ({ client, make }) => {
    const items = await make('items');
    await client.withSession(async session => {
      const bulk = items.initializeUnorderedBulkOp({ session });
      for (const id of ['a', 'b', 'c'])
        bulk
          .find({ _id: id })
          .upsert()
          .updateOne({ $set: { n: 1 } });
      await bulk.execute({ session });
      await items.bulkWrite([{ updateMany: { filter: {}, update: { $inc: { n: 1 } } } }], { session });
    });
    expect(await items.countDocuments({ n: 2 })).toBe(3);
  },
};

correctPrograms(programs);
