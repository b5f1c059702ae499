import type { MongoClientOptions } from 'mongodb';
import { expect } from 'vitest';
import type { GuardOptions } from '../../../src/index.ts';
import type { Driver } from '../support/drivers.ts';
import { fixture, type Fixture } from '../support/fixture.ts';
import { mongooseFixture } from '../mongoose/support/mongoose-fixture.ts';
import { onEachMongoose } from '../mongoose/support/on-each-mongoose.ts';
import { onEachDriver } from '../support/on-each-driver.ts';
import { codeOf, failureOf, messageOf } from '../support/outcome.ts';
import type { Sent, Side } from '../support/side.ts';

/** Of the server: it has stopped an operation because of its `maxTimeMS`. */
const maxTimeMSExpired = 50;
const expired = expect.stringContaining('operation exceeded time limit');

/** Longer than any test. */
const limited: GuardOptions = { operationTimeoutMS: 600_000 };

/** Each command that has left the client, with its limit: `find 600000`; `find` if it has none. */
function limitsOf({ guarded }: Fixture): string[] {
  return guarded.sent
    .filter(({ name }) => name !== 'endSessions')
    .map(({ name, command }) =>
      command['maxTimeMS'] === undefined ? name : `${name} ${command['maxTimeMS']}`,
    );
}

function limitedFixture(driver: Driver, client: MongoClientOptions = {}): Promise<Fixture> {
  return fixture(driver, { guard: limited, client });
}

onEachDriver('every read and write of data gets the limit', async driver => {
  const all = await limitedFixture(driver);
  const { items } = all.guarded;
  await items.insertOne({ _id: 'a' });
  await items.insertMany([{ _id: 'b' }, { _id: 'c' }]);
  await items.findOne({ _id: 'a' });
  await items.find().toArray();
  await items.aggregate([{ $match: {} }]).toArray();
  await items.countDocuments();
  await items.estimatedDocumentCount();
  await items.distinct('_id');
  await items.updateOne({ _id: 'a' }, { $set: { n: 1 } });
  await items.updateMany({}, { $set: { n: 2 } });
  await items.replaceOne({ _id: 'a' }, { n: 3 });
  await items.findOneAndUpdate({ _id: 'a' }, { $set: { n: 4 } });
  await items.findOneAndReplace({ _id: 'a' }, { n: 5 });
  await items.findOneAndDelete({ _id: 'a' });
  await items.bulkWrite([{ deleteOne: { filter: { _id: 'b' } } }]);
  await items.deleteMany({});
  const names = 'insert insert find find aggregate aggregate count distinct update update update';
  const others = 'findAndModify findAndModify findAndModify delete delete';
  expect(limitsOf(all)).toEqual(`${names} ${others}`.split(' ').map(name => `${name} 600000`));
});

onEachDriver('an operation without a usual duration gets no limit', async driver => {
  const all = await limitedFixture(driver);
  const { items, client } = all.guarded;
  const db = client.db(items.dbName);
  await items.createIndex({ n: 1 });
  await items.listIndexes().toArray();
  await db.listCollections().toArray();
  await items.find().explain();
  await items.aggregate([{ $out: 'copy' }]).toArray();
  await db.command({ count: items.collectionName });
  await items.insertOne({ _id: 'unheard' }, { writeConcern: { w: 0 } });
  const stream = items.watch();
  await stream.tryNext();
  await stream.close();
  expect(limitsOf(all).filter(text => text.includes(' '))).toEqual([]);
  expect(limitsOf(all)).toContain('insert');
  expect(limitsOf(all)).toContain('aggregate');
});

onEachDriver('a cursor has the limit in its first command, for all its batches', async driver => {
  const all = await limitedFixture(driver);
  const { items } = all.guarded;
  await items.insertMany([{ _id: 'a' }, { _id: 'b' }, { _id: 'c' }]);
  const cursor = items.find({}, { batchSize: 2 });
  expect(await cursor.toArray()).toHaveLength(3);
  cursor.rewind();
  expect(await cursor.toArray()).toHaveLength(3);
  const found = ['find 600000', 'getMore'];
  expect(limitsOf(all)).toEqual(['insert 600000', ...found, ...found]);
});

onEachDriver('in a transaction the operations get it, the commit and the abort do not', async driver => {
  const all = await limitedFixture(driver);
  const { manager, guarded } = all;
  await manager.withTxn(async session => {
    await guarded.items.insertOne({ _id: 'a' }, { session });
    await guarded.items.bulkWrite([{ insertOne: { document: { _id: 'b' } } }], { session });
  });
  const given = new Error('mine');
  const aborted = manager.withTxn(
    async session => {
      await guarded.items.findOne({}, { session });
      throw given;
    },
    { maxCommitTimeMS: 30_000 },
  );
  expect(await failureOf(aborted)).toBe(given);
  await manager.withTxn(session => guarded.items.findOne({}, { session }), { maxCommitTimeMS: 30_000 });
  const found = 'find 600000';
  const committed = ['insert 600000', 'insert 600000', 'commitTransaction'];
  const withOwn = 'commitTransaction 30000';
  const [aborting, ...others] = limitsOf(all).slice(committed.length + 1);
  expect(limitsOf(all).slice(0, committed.length + 1)).toEqual([...committed, found]);
  expect(aborting).toMatch(/^abortTransaction( 30000)?$/);
  expect(others).toEqual([found, withOwn]);
});

onEachDriver('a limit of the call comes first, `maxTimeMS: 0` is none', async driver => {
  const all = await limitedFixture(driver);
  const { items } = all.guarded;
  const options = { maxTimeMS: 700_000 };
  await items.findOne({}, options);
  await items.find().maxTimeMS(800_000).toArray();
  await items.find({}, { maxTimeMS: 0 }).toArray();
  await items.insertMany([{ _id: 'a' }], { maxTimeMS: 0 });
  await items.updateOne({ _id: 'a' }, { $set: { n: 1 } }, options);
  const own: object = {};
  await items.findOne({}, own);
  expect(own).toEqual({});
  expect(options).toEqual({ maxTimeMS: 700_000 });
  const expected = ['find 700000', 'find 800000', 'find 0', 'insert 0', 'update 700000', 'find 600000'];
  expect(limitsOf(all)).toEqual(expected);
});

function limitOf({ command }: Sent): number {
  return Number(command['maxTimeMS'] ?? 0);
}

/** Reads and writes with a `timeoutMS`, on all ways to give one. */
async function withTimeoutMS({ items, client }: Side, timeoutMS: number): Promise<void> {
  await items.findOne({}, { timeoutMS });
  await items.find({}, { timeoutMS: 0 }).toArray();
  await items.insertMany([{ _id: 'a' }], { timeoutMS });
  await client.db(items.dbName, { timeoutMS }).collection('other').findOne();
  await client.withSession(session =>
    session.withTransaction(() => items.findOne({}, { session }), { timeoutMS }),
  );
}

onEachDriver('where the driver applies `timeoutMS`, it sends the rest of that time', async driver => {
  const all = await limitedFixture(driver);
  const timeoutMS = 400_000;
  await withTimeoutMS(all.plain, timeoutMS);
  await withTimeoutMS(all.guarded, timeoutMS);
  const [first = 0] = all.plain.sent.map(limitOf);
  const given = all.guarded.sent.filter(({ name }) => name !== 'commitTransaction').map(limitOf);
  // Other drivers do nothing with the option: those from 6.22 and 7.8 on take it out, older ones do not know it.
  const isWanted = first === 0 ? (ms: number) => ms === 0 || ms === 600_000 : (ms: number) => ms <= timeoutMS;
  expect(given.filter(ms => !isWanted(ms))).toEqual([]);
  expect(given).toHaveLength(5);
});

onEachDriver(
  'the server stops a query that takes longer, and the connection serves the next one',
  async driver => {
    const all = await fixture(driver, { guard: { operationTimeoutMS: 100 } });
    const { items, client } = all.guarded;
    await all.admin.db(all.appName).collection<{ _id: string }>('guarded').insertOne({ _id: 'a' });
    let closed = 0;
    client.on('connectionClosed', () => {
      closed += 1;
    });
    const endless = () => items.find({ $where: 'sleep(600000) || true' }).toArray();
    expect(codeOf(await failureOf(endless()))).toBe(maxTimeMSExpired);
    expect(await items.findOne({}, { maxTimeMS: 0 })).toEqual({ _id: 'a' });
    expect(closed).toBe(0);
    expect(all.findings).toEqual([]);
  },
);

onEachDriver('a write behind an open transaction is stopped, alone and in a bulk write', async driver => {
  const all = await fixture(driver, { guard: { operationTimeoutMS: 100 } });
  const { manager, guarded } = all;
  await all.admin.db(all.appName).collection<{ _id: string }>('guarded').insertOne({ _id: 'held' });
  await manager.withTxn(async session => {
    await guarded.items.updateOne({ _id: 'held' }, { $set: { n: 1 } }, { session, maxTimeMS: 0 });
    const blocked = { filter: { _id: 'held' }, update: { $set: { n: 2 } } };
    const writes = [
      all.guarded.items.updateOne(blocked.filter, blocked.update, { session: null as never }),
      all.guarded.items.bulkWrite([{ updateOne: blocked }], { session: null as never }),
    ];
    const failures = await Promise.all(writes.map(write => failureOf(write)));
    expect(failures.map(messageOf)).toEqual([expired, expired]);
  });
  expect(await guarded.items.findOne({}, { maxTimeMS: 0 })).toEqual({ _id: 'held', n: 1 });
});

onEachDriver('it holds without protection, and only for clients of that manager', async driver => {
  const all = await fixture(driver, { guard: { ...limited, protect: false } });
  await all.guarded.items.findOne();
  await all.plain.items.findOne();
  expect(limitsOf(all)).toEqual(['find 600000']);
  expect(all.plain.sent.map(({ command }) => 'maxTimeMS' in command)).toEqual([false]);
});

onEachDriver('a bulk write of the client gets it', async driver => {
  const all = await limitedFixture(driver);
  const { client, items } = all.guarded;
  // Drivers before 6.10 do not have it; servers before 8.0 refuse the command.
  if (!('bulkWrite' in client)) return;
  await failureOf(client.bulkWrite([{ name: 'insertOne', namespace: items.namespace, document: {} }]));
  expect(limitsOf(all)).toEqual(['bulkWrite 600000']);
});

onEachMongoose('mongoose’s reads and writes get it, each with its own limit first', async copy => {
  const { Item, sent } = await mongooseFixture(copy, limited);
  const before = sent.length;
  await Item.create({ _id: 'a', n: 1 });
  await Item.findOne({ _id: 'a' });
  await Item.find().maxTimeMS(700_000);
  const item = await Item.findById('a').orFail();
  item.n = 2;
  await item.save();
  await Item.bulkWrite([{ updateOne: { filter: { _id: 'a' }, update: { n: 3 } } }]);
  const limits = sent.slice(before).map(({ name, command }) => `${name} ${command['maxTimeMS']}`);
  const found = 'find 600000';
  expect(limits).toEqual(['insert 600000', found, 'find 700000', found, 'update 600000', 'update 600000']);
});
