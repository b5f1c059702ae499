import { type Collection, MongoClient } from 'mongodb';
import { runInNewContext } from 'node:vm';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startReplicaSet } from '../../../scripts/servers/mongodb/replica-set.mjs';
import { mongoBackend, type MongoCollection } from '../../../src/store/mongodb/index.ts';
import { drivers } from '../../real/support/drivers.ts';
import { failCommand } from '../../real/support/fail-point.ts';
import { messageOf } from '../../real/support/outcome.ts';
import { closeQuietly } from '../../real/support/side.ts';
import { ownReplicaSet } from '../../real/support/own-server.ts';
import { replicaSetUri, standaloneUri } from '../../setup/servers.ts';
import { collectionOf, sessionsOn, storeOn } from './support/sessions.ts';

const code = 'ERR_SESSION_GUARD_STORE_SET_UP';
const expiry = { key: { e: 1 }, name: 'session_guard_expiry', expireAfterSeconds: 0 };
const user = { key: { t: 1, u: 1 }, name: 'session_guard_user' };

async function indexesOf(collection: Collection): Promise<readonly object[]> {
  const indexes = await collection.indexes({});
  // They are made side by side, and listed in the order in which they were.
  return indexes
    .slice(1)
    .map(({ v, ...index }) => (expect(v).toBeDefined(), index))
    .toSorted((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1));
}

describe.each(drivers)('the set-up on $name', ({ lib }) => {
  const fresh = () => collectionOf(new lib.MongoClient(replicaSetUri()));

  test('makes both indexes, and does so once', async () => {
    const collection = fresh();
    await Promise.all([storeOn(collection).setUp(), storeOn(collection).setUp()]);
    await storeOn(collection).create({});
    expect(await indexesOf(collection)).toEqual([expiry, user]);
  });

  test('its printed commands make the same indexes', async () => {
    const collection = fresh();
    const making: Promise<unknown>[] = [];
    const createIndex = (key: Record<string, 1>, options: object) =>
      making.push(collection.createIndex(key, options));
    const db = {
      getSiblingDB: (name: string) => ({
        getCollection: (of: string) => {
          expect([name, of]).toEqual([collection.dbName, collection.collectionName]);
          return { createIndex };
        },
      }),
    };
    runInNewContext(storeOn(collection).setUpCommands(), { db });
    await Promise.all(making);
    expect(await indexesOf(collection)).toEqual([expiry, user]);
    await storeOn(collection).setUp();
  });
});

describe.each(drivers)('the set-up on $name refuses', ({ lib }) => {
  const fresh = () => collectionOf(new lib.MongoClient(replicaSetUri()));

  test.each([
    ['no TTL', { e: 1 }, {}, 'has no expireAfterSeconds'],
    ['a late TTL', { e: 1 }, { expireAfterSeconds: 3600 }, 'has expireAfterSeconds 3600 instead of 0'],
    [
      'a TTL for some',
      { e: 1 },
      { expireAfterSeconds: 0, partialFilterExpression: { t: 'x' } },
      'covers only some',
    ],
    ['another TTL', { c: 1 }, { expireAfterSeconds: 60 }, 'at another time than that of their end'],
    ['one session a user', { t: 1, u: 1 }, { unique: true }, 'is unique'],
    ['some users', { t: 1, u: 1 }, { partialFilterExpression: { u: 'x' } }, 'covers only some'],
  ] as const)('an index with %s, and says how to drop it', async (_, key, options, why) => {
    const collection = fresh();
    const name = await collection.createIndex(key, options);
    const failure: unknown = await storeOn(collection)
      .create({})
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code });
    expect(messageOf(failure)).toContain(why);
    expect(messageOf(failure)).toContain(`.dropIndex("${name}");`);
    await collection.dropIndex(name);
    await storeOn(collection).setUp();
  });

  test('a collection with a collation, by which users could be taken for each other', async () => {
    const collection = fresh();
    const client = new MongoClient(replicaSetUri());
    await client
      .db(collection.dbName)
      .createCollection('sessions', { collation: { locale: 'en', strength: 1 } });
    await client.close();
    await expect(storeOn(collection).setUp()).rejects.toThrow(/has a collation/);
  });
});

describe('the write concern of the client', () => {
  test.each([{ w: 0 }, { w: 1 }, { w: 2, wtimeoutMS: 1 }])('does not matter: %j', async writeConcern => {
    const collection = collectionOf(new MongoClient(replicaSetUri(), { writeConcern }));
    await storeOn(collection).setUp();
    expect(await indexesOf(collection)).toEqual([expiry, user]);
  });

  test.each([{ w: 0 }, { w: 1 }])('lets no failed creation of an index pass: %j', async writeConcern => {
    const collection = collectionOf(new MongoClient(replicaSetUri(), { writeConcern }));
    const acknowledged = { writeConcern: { w: 1 } };
    await collection.createIndex({ other: 1 }, { name: user.name, ...acknowledged });
    await expect(storeOn(collection).setUp()).rejects.toMatchObject({ code });
  });
});

describe('the requirements of the set-up', () => {
  const uri = ownReplicaSet();

  test.each(['listIndexes', 'createIndexes'])(
    'a missing right to %s is named, with the commands',
    async name => {
      const admin = new MongoClient(uri());
      const appName = `store ${name}`;
      const collection = collectionOf(new MongoClient(uri(), { appName }));
      await failCommand(admin, appName, 'alwaysOn', { failCommands: [name], errorCode: 13 });
      const failure: unknown = await storeOn(collection)
        .setUp()
        .catch((error: unknown) => error);
      expect(failure).toMatchObject({ code, cause: { code: 13 } });
      expect(messageOf(failure)).toContain('createIndex({"t":1,"u":1}');
      const without = storeOn(collection, { store: { setUp: false } });
      expect(await without.get((await without.create({ n: 1 })).id)).toMatchObject({ data: { n: 1 } });
    },
  );

  test('strict reads need a replica set', async () => {
    const collection = collectionOf(new MongoClient(standaloneUri()));
    const store = storeOn(collection, { backend: { strictReads: true } });
    await expect(store.setUp()).rejects.toMatchObject({ code });
  });

  test('a direct connection to one member of several is refused, also where nothing is set up', async () => {
    const server = await startReplicaSet({ members: 2 });
    const client = new MongoClient(`mongodb://127.0.0.1:${server.members[1]?.port}/?directConnection=true`);
    onTestFinished(async () => {
      await closeQuietly(client);
      await server.stop();
    });
    const collection = client.db('shop').collection('sessions');
    await expect(storeOn(collection).setUp()).rejects.toThrow(/directConnection/);
    const without = storeOn(collection, { store: { setUp: false } });
    await expect(without.get(`${'a'.repeat(12)}.${'b'.repeat(27)}`)).rejects.toMatchObject({ code });
  });

  test('a direct connection to the only member will do', async () => {
    const { store } = await sessionsOn({ client: { directConnection: true } });
    expect(await store.create({})).toMatchObject({ data: {} });
  });
});

describe('mongoBackend refuses', () => {
  const client = new MongoClient('mongodb://localhost');
  const options = { code: 'ERR_SESSION_GUARD_INVALID_OPTION' };

  test('a collection that reads from secondaries, wherever that is set', () => {
    const readPreference = 'secondaryPreferred';
    const collections = [
      client.db('shop').collection('sessions', { readPreference }),
      client.db('shop', { readPreference }).collection('sessions'),
      new MongoClient('mongodb://localhost/?readPreference=nearest').db('shop').collection('sessions'),
    ];
    for (const collection of collections) {
      expect(() => mongoBackend(collection)).toThrow(expect.objectContaining(options));
    }
    const own = client.db('shop', { readPreference }).collection('sessions', { readPreference: 'primary' });
    expect(mongoBackend(own).name).toBe('MongoDB');
  });

  test('a value that is not a collection', () => {
    const argument = expect.objectContaining({ code: 'ERR_SESSION_GUARD_INVALID_ARGUMENT' });
    const nothings: unknown[] = [undefined, null, 'sessions', {}, client, client.db('shop')];
    for (const nothing of nothings) {
      expect(() => mongoBackend(nothing as MongoCollection)).toThrow(argument);
    }
  });

  test('options that it does not know, or cannot use', () => {
    const collection = client.db('shop').collection('sessions');
    const wrong: unknown[] = [{ strictReads: 'yes' }, { strictRead: true }, null, 7];
    for (const some of wrong) {
      expect(() => mongoBackend(collection, some as object)).toThrow(expect.objectContaining(options));
    }
  });
});
