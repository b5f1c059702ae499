import type { ClientSession, Collection, Db } from 'mongodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { shared } from '../../../src/guard/runtime/process/shared-state.ts';
import { drivers } from '../support/drivers.ts';
import { fixture } from '../support/fixture.ts';
import type { Item } from '../support/side.ts';

type Call = (items: Collection<Item>, db: Db, session: ClientSession) => Promise<unknown>;

const calls: Readonly<Record<string, Call>> = {
  create: (_, db, session) => db.createCollection('made', { session }),
  createIndexes: (items, _, session) => items.createIndex({ m: 1 }, { session }),
  dropIndexes: (items, _, session) => items.dropIndex('n_1', { session }),
  renameCollection: (items, _, session) => items.rename('renamed', { session }),
  drop: (items, _, session) => items.drop({ session }),
  profile: (_, db, session) => db.profilingLevel({ session }),
  aggregate: (items, _, session) => items.countDocuments({}, { session }),
  count: (items, _, session) => items.estimatedDocumentCount({ session }),
  findAndModify: (items, _, session) => items.findOneAndDelete({ _id: 'b' }, { session }),
  update: (items, _, session) => items.replaceOne({ _id: 'a' }, { n: 2 }, { session }),
  delete: (items, _, session) => items.deleteMany({}, { session }),
};

describe.each(drivers)('$name', driver => {
  test.each(Object.entries(calls))('an operation has the name of its command: %s', async (name, call) => {
    const { guarded, appName } = await fixture(driver);
    const { client, items } = guarded;
    await items.insertOne({ _id: 'a' });
    await items.createIndex({ n: 1 });
    const requested: string[] = [];
    const off = shared.pipeline.addSink(event => {
      if (event.type === 'operation.requested') requested.push(event.operation.command);
    });
    onTestFinished(off);
    await client.withSession(session => call(items, client.db(appName), session));
    expect(guarded.sent.map(sent => sent.name)).toContain(name);
    expect(requested).toContain(name);
  });
});
