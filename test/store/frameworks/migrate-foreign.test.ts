import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  ExpressSessionStore,
  fromConnectMongo,
  fromConnectRedis,
  type MigrateFrom,
} from '../../../src/store/frameworks/express-session/index.ts';
import { hashBeside, hashId, keyOfAnyId } from '../../../src/store/ids/session-id.ts';
import { memoryBackend } from '../../../src/store/index.ts';
import { storeOn } from '../support/altered.ts';

const until = new Date(Date.now() + 3_600_000);
const id = 'k3SHU4WTrS8ndcP1NpTfZLJdpM7mqXyD';

function reading(migrateFrom: MigrateFrom) {
  const store = new ExpressSessionStore(storeOn(memoryBackend()), { migrateFrom });
  return promisify((sid: string, done: (error: unknown, session?: unknown) => void) => store.get(sid, done));
}

/** What lies in the store before under the id. */
const olds: readonly unknown[] = [
  null,
  1,
  'text',
  true,
  [],
  {},
  { user: 'ann' },
  { cookie: null },
  { cookie: 1 },
];

describe.each(olds)('What lies in an old store and is %j is not a session', old => {
  test('of a store of the application.', async () => {
    const get = reading({ until, read: async () => ({ data: old as object }), remove: async () => 0 });
    expect(await get(id)).toBeNull();
  });

  test('of connect-redis.', async () => {
    const client = { get: async () => JSON.stringify(old), del: async () => 0 };
    expect(await reading(fromConnectRedis(client, { until }))(id)).toBeNull();
  });

  test('of connect-mongo.', async () => {
    const collection = {
      findOne: async () => ({ session: old }),
      deleteOne: async () => 0,
      updateOne: async () => 0,
    };
    if (typeof old !== 'string')
      expect(await reading(fromConnectMongo(collection, { until }))(id)).toBeNull();
  });
});

test('A valid session of the old store is copied.', async () => {
  const data = { cookie: { originalMaxAge: 60_000 }, user: 'ann' };
  const get = reading({ until, read: async () => ({ data }), remove: async () => 0 });
  expect(await get(id)).toMatchObject({ user: 'ann' });
});

test('An empty `prefix` of connect-redis is refused: an id would be the name of any key.', () => {
  const client = { get: async () => null, del: async () => 0 };
  expect(() => fromConnectRedis(client, { until, prefix: '' })).toThrow(
    expect.objectContaining({
      code: 'ERR_SESSION_GUARD_INVALID_OPTION',
      message: expect.stringContaining('not empty') as string,
    }),
  );
});

test('No id leads to the note about a session, whatever its text is.', () => {
  const { hash = '' } = keyOfAnyId(id) ?? {};
  for (const what of ['brought over', 'pointer of a-tag-of-ann to']) {
    const beside = hashBeside(what, hash);
    expect(beside).toMatch(/^[\w-]{43}$/);
    expect(keyOfAnyId(`${what} ${hash}`)?.hash).toBe(hashId(`${what} ${hash}`));
    expect(keyOfAnyId(`${what} ${hash}`)?.hash).not.toBe(beside);
  }
});
