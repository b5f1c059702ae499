import { randomBytes } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import * as mongodb from 'mongodb';
import * as mongodb6 from 'mongodb6';
import { expect, onTestFinished, test } from 'vitest';
import { ConnectionManager, type Finding, type GuardOptions } from '../../../src/index.ts';
import { connectMongoose, observeMongoose } from '../../../src/guard/mongoose/index.ts';
import { replicaSetUri } from '../../setup/servers.ts';
import { foundIn, misusesIn } from '../support/found.ts';
import { codeOf, failureOf, messageOf } from '../support/outcome.ts';
import { mongooseFixture } from './support/mongoose-fixture.ts';
import type { MongooseCopy, MongooseLib } from './support/mongooses.ts';
import { onEachMongoose } from './support/on-each-mongoose.ts';

const misuse = misusesIn(import.meta.filename);

function uriOfOwnDatabase(): string {
  const uri = new URL(replicaSetUri());
  uri.pathname = `/mongoose_${randomBytes(6).toString('hex')}`;
  return uri.href;
}

function heard(): { readonly options: GuardOptions; readonly findings: Finding[] } {
  const findings: Finding[] = [];
  return { findings, options: { console: false, onFinding: found => void findings.push(found) } };
}

/** A manager whose client comes from the driver that this mongoose uses, and mongoose connected through it. */
async function through({ lib }: MongooseCopy, options: GuardOptions) {
  const own: MongooseLib = new lib.Mongoose();
  const client = new lib.mongo.MongoClient(uriOfOwnDatabase());
  const manager = ConnectionManager.adopt(client, options);
  await connectMongoose(own, manager);
  onTestFinished(async () => {
    await failureOf(own.connection.dropDatabase());
    await failureOf(manager.close());
  });
  return { own, manager };
}

onEachMongoose('mongoose itself is adopted as soon as it has a client.', async ({ lib }) => {
  const own: MongooseLib = new lib.Mongoose();
  const connecting = own.connect(uriOfOwnDatabase());
  const { findings, options } = heard();
  const manager = ConnectionManager.adopt(own, options);
  expect(manager.client).toBe(own.connection.getClient());
  await connecting;
  const Item = own.model('Item', new own.Schema({ n: Number }));
  await Item.init();
  await manager.withTxn(session => Item.create([{ n: 1 }], { session }));
  expect(await Item.countDocuments()).toBe(1);
  await own.connection.dropDatabase();
  await manager.close();
  expect(findings).toEqual([]);
});

onEachMongoose(
  'A connection without a client is refused, and the message says what to do.',
  async ({ lib }) => {
    const own: MongooseLib = new lib.Mongoose();
    const adopt = async () => ConnectionManager.adopt(own);
    const error = await failureOf(adopt());
    expect(codeOf(error)).toBe('ERR_SESSION_GUARD_INVALID_ARGUMENT');
    expect(messageOf(error)).toContain('mongoose.connect(uri)');
  },
);

onEachMongoose('mongoose connects through the client of a manager.', async copy => {
  const { findings, options } = heard();
  const { own, manager } = await through(copy, options);
  const Item = own.model('Item', new own.Schema({ n: { type: Number, index: true } }));
  await Item.init();
  await manager.withTxn(session => Item.create([{ n: 1 }], { session }));
  await manager.withTxn(async () => {
    await Item.create([{ n: 2 }]); // misuse: through the client of a manager
  });
  expect(await Item.countDocuments()).toBe(2);
  expect(foundIn(findings)).toEqual([misuse('outside-transaction', 'through the client of a manager')]);
});

onEachMongoose(
  'A client of another copy of the driver is refused before it connects, and the message says which one to take.',
  async ({ lib }) => {
    const own: MongooseLib = new lib.Mongoose();
    const others = [mongodb.MongoClient, mongodb6.MongoClient].filter(
      other => other !== lib.mongo.MongoClient,
    );
    expect(others).not.toEqual([]);
    for (const Other of others) {
      // Nobody listens there.
      const client: unknown = new Other('mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=60000');
      const manager = ConnectionManager.adopt(client as mongodb.MongoClient);
      const error = await failureOf(connectMongoose(own, manager));
      expect(codeOf(error)).toBe('ERR_SESSION_GUARD_INVALID_ARGUMENT');
      expect(messageOf(error)).toContain('ConnectionManager.adopt(new mongoose.mongo.MongoClient(uri))');
      await manager.close();
    }
  },
);

onEachMongoose('A session of another connection is wrong for a model.', async copy => {
  const { Item, findings } = await mongooseFixture(copy);
  const other = await mongooseFixture(copy);
  const session = await other.connection.startSession();
  await failureOf(Item.find().session(session).exec()); // misuse: find with a foreign session
  await failureOf(new Item({ _id: 'x' }).save({ session })); // misuse: save with a foreign session
  await session.endSession();
  const found = foundIn([...findings, ...other.findings]).toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  expect(found).toEqual([
    misuse('wrong-client', 'find with a foreign session'),
    misuse('wrong-client', 'save with a foreign session'),
  ]);
});

onEachMongoose('An index that is still being built when mongoose disconnects is found.', async ({ lib }) => {
  const own: MongooseLib = new lib.Mongoose();
  await own.connect(uriOfOwnDatabase());
  const { findings, options } = heard();
  ConnectionManager.adopt(own, { ...options, protect: false });
  const Item = own.model('Item', new own.Schema({ n: { type: Number, index: true } }));
  const building = failureOf(Item.init());
  await Item.db.collection('items').estimatedDocumentCount();
  await own.disconnect(); // misuse: an index that is still being built
  await building;
  expect(foundIn(findings)).toEqual([misuse('client-closed-in-use', 'an index that is still being built')]);
});

onEachMongoose('Under protection the index is built before mongoose disconnects.', async ({ lib }) => {
  const own: MongooseLib = new lib.Mongoose();
  await own.connect(uriOfOwnDatabase());
  const { options } = heard();
  ConnectionManager.adopt(own, options);
  const Item = own.model('Item', new own.Schema({ n: { type: Number, index: true } }));
  const building = failureOf(Item.init());
  await own.disconnect();
  expect(await building).toBeUndefined();
});

test('A value that is not mongoose is refused.', async () => {
  expect(() => observeMongoose({} as never)).toThrow("import mongoose from 'mongoose'");
  const refused = await failureOf(
    connectMongoose({} as never, { client: {}, connect: async () => undefined }),
  );
  expect(messageOf(refused)).toContain('connectMongoose takes');
});

onEachMongoose(
  'What mongoose builds in the background is named when the client is closed under it.',
  async copy => {
    const { options, findings } = heard();
    const { own, manager } = await through(copy, options);
    own.model('Late', new own.Schema({ n: { type: Number, index: true } }));
    await turn();
    await turn();
    await manager.close();
    expect(findings.map(({ rule }) => rule)).toEqual(['client-closed-in-use']);
    expect(findings[0]?.data['work']).toMatch(
      /^(?:createCollection on \w+\.lates by mongoose's autoCreate|createIndexes on \w+\.lates by mongoose's autoIndex) \(await Model\.init\(\)\)$/,
    );
  },
);

onEachMongoose('Nothing is said of a client that is closed when its models are built.', async copy => {
  const { options, findings } = heard();
  const { own, manager } = await through(copy, options);
  await own.model('Built', new own.Schema({ n: { type: Number, index: true } })).init();
  await manager.close();
  expect(findings).toEqual([]);
});
