import { describe, expect, test } from 'vitest';
import { drivers } from '../support/drivers.ts';
import { failCommand } from '../support/fail-point.ts';
import { type Fixture, fixture } from '../support/fixture.ts';
import { failureOf } from '../support/outcome.ts';
import { ownReplicaSet } from '../support/own-server.ts';

const uri = ownReplicaSet();
const ours = new URL('../../../src/', import.meta.url).pathname;

/** Ten frames of the driver stand before the user's. */
const deepInTheDriver = new Set(['find', 'next of a cursor']);

/** Each rejects. */
const failing: Readonly<Record<string, (f: Fixture) => Promise<unknown>>> = {
  async insertOne({ guarded: { client, items } }) {
    const session = client.startSession();
    await items.insertOne({ _id: 'taken' });
    await items.insertOne({ _id: 'taken' }, { session });
  },
  async 'insertOne without a session'({ guarded: { items } }) {
    await items.insertOne({ _id: 'taken' });
    await items.insertOne({ _id: 'taken' });
  },
  async 'insertOne in a transaction'({ guarded: { client, items } }) {
    const session = client.startSession();
    await items.insertOne({ _id: 'taken' });
    session.startTransaction();
    await items.insertOne({ _id: 'taken' }, { session });
  },
  async bulkWrite({ guarded: { client, items } }) {
    const session = client.startSession();
    const insert = { insertOne: { document: { _id: 'taken' } } };
    await items.bulkWrite([insert, insert], { session });
  },
  async find({ guarded: { client, items } }) {
    const session = client.startSession();
    await items.find({ $unknown: 1 }, { session }).toArray();
  },
  async 'next of a cursor'({ guarded: { client, items } }) {
    const session = client.startSession();
    await items.find({ $unknown: 1 }, { session }).next();
  },
  async withTransaction({ guarded: { client, items } }) {
    const session = client.startSession();
    await items.insertOne({ _id: 'taken' });
    await session.withTransaction(async () => {
      await items.insertOne({ _id: 'taken' }, { session });
    });
  },
  async withSession({ guarded: { client, items } }) {
    await items.insertOne({ _id: 'taken' });
    await client.withSession(async session => {
      await items.insertOne({ _id: 'taken' }, { session });
    });
  },
  async commitTransaction({ guarded: { client, items }, admin, appName }) {
    const session = client.startSession();
    session.startTransaction();
    await items.insertOne({ _id: 'a' }, { session });
    // It is committed, and holds nothing back.
    const writeConcernError = { code: 100, errmsg: 'Not enough data-bearing nodes' };
    await failCommand(
      admin,
      appName,
      { times: 1 },
      { failCommands: ['commitTransaction'], writeConcernError },
    );
    await session.commitTransaction();
  },
  async 'commitTransaction of no transaction'({ guarded: { client } }) {
    await client.startSession().commitTransaction();
  },
  async 'abortTransaction of no transaction'({ guarded: { client } }) {
    await client.startSession().abortTransaction();
  },
  async 'startTransaction in a transaction'({ guarded: { client } }) {
    const session = client.startSession();
    session.startTransaction();
    session.startTransaction();
  },
  async 'an ended session'({ guarded: { client, items } }) {
    const session = client.startSession();
    await session.endSession();
    await items.insertOne({ _id: 'a' }, { session });
  },
  async 'withTransaction of an ended session'({ guarded: { client, items } }) {
    const session = client.startSession();
    await session.endSession();
    await session.withTransaction(() => items.insertOne({ _id: 'a' }, { session }));
  },
  async 'a closed client'({ guarded: { client, items } }) {
    await client.connect();
    await client.close();
    await items.insertOne({ _id: 'a' });
  },
  async 'a session of a closed client'({ guarded: { client, items } }) {
    await client.connect();
    await client.close();
    await items.insertOne({ _id: 'a' }, { session: client.startSession() });
  },
  async connect({ driver }) {
    await new driver.lib.MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 5 }).connect();
  },
};

describe.each([
  ['observed', false],
  ['protected', true],
])('%s', (_mode, protect) => {
  describe.each(drivers)('$name', driver => {
    test.each(Object.entries(failing))('%s: the stack is of the user and the driver', async (title, run) => {
      const f = await fixture(driver, { uri: uri(), guard: { protect } });
      const error = await failureOf(run(f));
      if (!(error instanceof Error)) throw new Error('nothing has failed');
      const frames = (error.stack ?? '').split('\n').filter(line => /^ +at /.test(line));
      expect(frames.filter(line => line.includes(ours) || line.includes('node:async_hooks'))).toEqual([]);
      if (!deepInTheDriver.has(title))
        expect(frames.slice(0, 10).join('\n')).toContain('user-stacks.test.ts');
    });
  });
});
