import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Readable } from 'node:stream';
import type { GridFSBucket, ObjectId } from 'mongodb';
import { expect } from 'vitest';
import { outsideTxn } from '../../../src/index.ts';
import type { Driver } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { sentInside } from '../support/injection/sent.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf } from '../support/outcome.ts';

const misuse = misusesIn(import.meta.filename);
const mine = new Error('mine');
const chunkSizeBytes = 1000;
const bytes = Buffer.alloc(3500, 'x');

function bucketOf({ driver, guarded, appName }: Fixture): GridFSBucket {
  return new driver.lib.GridFSBucket(guarded.client.db(appName), { chunkSizeBytes });
}

function upload(bucket: GridFSBucket, name: string): Promise<void> {
  return pipeline(Readable.from([bytes]), bucket.openUploadStream(name));
}

async function idOf(bucket: GridFSBucket): Promise<ObjectId> {
  const file = await bucket.find().next();
  if (file === null) throw new Error('there is no file');
  const { _id: id } = file;
  return id;
}

/** The names of the files, and the number of chunks. */
async function stored({ admin, appName }: Fixture): Promise<[string[], number]> {
  const db = admin.db(appName);
  const files = await db.collection('fs.files').find().toArray();
  return [files.map(({ filename }) => String(filename)), await db.collection('fs.chunks').countDocuments()];
}

function withAndWithoutInject(title: string, run: (driver: Driver, inject: boolean) => Promise<void>): void {
  onEachDriver(title, driver => run(driver, false));
  onEachDriver(`with \`inject\`: ${title}`, driver => run(driver, true));
}

withAndWithoutInject(
  'an upload is reported at its line, and is not part of the transaction',
  async (driver, inject) => {
    const all = await fixture(driver);
    const bucket = bucketOf(all);
    const call = all.manager.withTxn(
      async session => {
        await all.guarded.items.insertOne({ _id: 'a' }, { session });
        const stream = bucket.openUploadStream('file'); // misuse: upload
        await pipeline(Readable.from([bytes, bytes]), stream);
        throw mine;
      },
      { inject },
    );
    expect(await failureOf(call)).toBe(mine);
    expect(foundIn(all.findings)).toEqual([misuse('outside-transaction', 'upload')]);
    expect(all.findings[0]).toMatchObject({ messageId: 'gridfs', count: 1 });
    expect(all.findings[0]?.message).toContain(`openUploadStream on ${all.appName}.fs`);
    expect(all.findings[0]?.message).toContain('GridFS takes no session');
    expect(sentInside(all)).toEqual(['insert', 'abortTransaction']);
    expect(await stored(all)).toEqual([['file'], 7]);
  },
);

withAndWithoutInject('downloads are reported, and read what is there', async (driver, inject) => {
  const all = await fixture(driver);
  const bucket = bucketOf(all);
  await upload(bucket, 'file');
  const id = await idOf(bucket);
  await all.manager.withTxn(
    async session => {
      await all.guarded.items.insertOne({ _id: 'a' }, { session });
      expect(await buffer(bucket.openDownloadStream(id))).toEqual(bytes); // misuse: download
      const named = bucket.openDownloadStreamByName('file'); // misuse: by name
      expect(await buffer(named)).toEqual(bytes);
    },
    { inject },
  );
  expect(foundIn(all.findings)).toEqual([
    misuse('outside-transaction', 'download'),
    misuse('outside-transaction', 'by name'),
  ]);
  expect(sentInside(all)).toEqual(['insert', 'commitTransaction']);
});

withAndWithoutInject('rename, delete and drop are reported, and stay', async (driver, inject) => {
  const all = await fixture(driver);
  const bucket = bucketOf(all);
  await upload(bucket, 'file');
  const id = await idOf(bucket);
  const call = all.manager.withTxn(
    async session => {
      await all.guarded.items.insertOne({ _id: 'a' }, { session });
      await bucket.rename(id, 'renamed'); // misuse: rename
      expect(await stored(all)).toEqual([['renamed'], 4]);
      await bucket.delete(id); // misuse: delete
      await bucket.drop(); // misuse: drop
      throw mine;
    },
    { inject },
  );
  expect(await failureOf(call)).toBe(mine);
  expect(foundIn(all.findings)).toEqual(
    ['rename', 'delete', 'drop'].map(name => misuse('outside-transaction', name)),
  );
  expect(sentInside(all)).toEqual(['insert', 'abortTransaction']);
  expect(await stored(all)).toEqual([[], 0]);
});

withAndWithoutInject(
  'in `outsideTxn`, of another client, or in no transaction it is nobody’s fault',
  async (driver, inject) => {
    const all = await fixture(driver);
    const bucket = bucketOf(all);
    const beside = new driver.lib.GridFSBucket(all.plain.client.db(all.appName));
    await upload(bucket, 'before');
    await all.manager.withTxn(
      async session => {
        await all.guarded.items.insertOne({ _id: 'a' }, { session });
        await outsideTxn(() => upload(bucket, 'meant'));
        await upload(beside, 'beside');
      },
      { inject },
    );
    await upload(bucket, 'after');
    expect((await stored(all))[0]).toEqual(['before', 'meant', 'beside', 'after']);
    expect(all.findings).toEqual([]);
  },
);

withAndWithoutInject(
  'a stream opened before the transaction stays whole outside of it',
  async (driver, inject) => {
    const all = await fixture(driver);
    const stream = bucketOf(all).openUploadStream('file');
    stream.write(bytes);
    const call = all.manager.withTxn(
      async session => {
        await all.guarded.items.insertOne({ _id: 'a' }, { session });
        stream.end(bytes);
        await once(stream, 'finish');
        throw mine;
      },
      { inject },
    );
    expect(await failureOf(call)).toBe(mine);
    expect(await stored(all)).toEqual([['file'], 7]);
    expect(all.findings).toEqual([]);
  },
);
onEachDriver("operations of a stream's listener belong to the transaction", async driver => {
  const all = await fixture(driver);
  const bucket = bucketOf(all);
  await upload(bucket, 'file');
  const id = await idOf(bucket);
  const call = all.manager.withTxn(
    async () => {
      const stream = bucket.openDownloadStream(id);
      const inserted = new Promise((resolve, reject) => {
        stream.on('end', () => void all.guarded.items.insertOne({ _id: 'a' }).then(resolve, reject)).resume();
      });
      await inserted;
      throw mine;
    },
    { inject: true },
  );
  expect(await failureOf(call)).toBe(mine);
  expect(sentInside(all)).toEqual(['insert', 'abortTransaction']);
  expect(await all.guarded.ids()).toEqual([]);
});

onEachDriver('`find` is a read as any other', async driver => {
  const all = await fixture(driver);
  const bucket = bucketOf(all);
  await Promise.all([upload(bucket, 'one'), upload(bucket, 'two')]);
  const names = await all.manager.withTxn(
    async () => (await bucket.find({}, { batchSize: 1 }).toArray()).map(({ filename }) => filename),
    { inject: true },
  );
  expect(names.toSorted()).toEqual(['one', 'two']);
  expect(sentInside(all)).toEqual(['find', 'getMore', 'getMore', 'commitTransaction']);
  expect(all.findings).toEqual([]);
});

onEachDriver('in a manual transaction it is reported too', async driver => {
  const all = await fixture(driver);
  const bucket = bucketOf(all);
  const session = all.guarded.client.startSession();
  session.startTransaction();
  await all.guarded.items.insertOne({ _id: 'a' }, { session });
  const stream = bucket.openUploadStream('file'); // misuse: by hand
  await pipeline(Readable.from([bytes]), stream);
  await session.abortTransaction();
  await session.endSession();
  expect(foundIn(all.findings)).toEqual([misuse('outside-transaction', 'by hand')]);
});

onEachDriver('a rule of severity `error` refuses it at the call', async driver => {
  const all = await fixture(driver, { guard: { rules: { 'outside-transaction': 'error' } } });
  const bucket = bucketOf(all);
  await upload(bucket, 'file');
  const id = await idOf(bucket);
  await all.manager.withTxn(async session => {
    await all.guarded.items.insertOne({ _id: 'a' }, { session });
    expect(() => bucket.openUploadStream('refused')).toThrow('GridFS takes no session');
    expect(codeOf(await failureOf(bucket.delete(id)))).toMatch(/^ERR_SESSION_GUARD_/);
  });
  expect(await stored(all)).toEqual([['file'], 4]);
});
