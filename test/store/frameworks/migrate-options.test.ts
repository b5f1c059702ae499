import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  ExpressSessionStore,
  fromConnectMongo,
  fromConnectRedis,
} from '../../../src/store/frameworks/express-session/index.ts';
import { memoryBackend, sessionStore } from '../../../src/store/index.ts';

const until = new Date(Date.now() + 3_600_000);
const redis = { get: async () => null, del: async () => 0 };
const mongo = { findOne: async () => null, deleteOne: async () => 0, updateOne: async () => 0 };

const argument = 'ERR_SESSION_GUARD_INVALID_ARGUMENT';
const option = 'ERR_SESSION_GUARD_INVALID_OPTION';

describe('reading an old store', () => {
  test.each([
    [argument, /takes a client of redis or ioredis/, () => fromConnectRedis(undefined as never, { until })],
    [option, /fromConnectRedis needs options/, () => fromConnectRedis(redis, undefined as never)],
    [option, /needs 'until'/, () => fromConnectRedis(redis, {} as never)],
    [option, /no option 'ttl'/, () => fromConnectRedis(redis, { until, ttl: 1 } as never)],
    [option, /'prefix'/, () => fromConnectRedis(redis, { until, prefix: 1 as never })],
    [option, /'serializer'/, () => fromConnectRedis(redis, { until, serializer: {} as never })],
    [argument, /takes a collection/, () => fromConnectMongo({} as never, { until })],
    [option, /fromConnectMongo needs options/, () => fromConnectMongo(mongo, undefined as never)],
    [option, /'transformId'/, () => fromConnectMongo(mongo, { until, transformId: 'x' as never })],
  ])('is refused where it is made: %s, %s', (code, message, make) => {
    expect(make).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }));
  });

  test('an error of the old store names the old store', async () => {
    const fails = { ...redis, get: () => Promise.reject(new Error('out of order')) };
    const store = storeWith({ migrateFrom: fromConnectRedis(fails, { until }) });
    const refused = await new Promise(resolve => {
      store.get('an id', resolve);
    });
    expect(refused).toMatchObject({
      code: 'ERR_SESSION_GUARD_STORE_UNAVAILABLE',
      message: 'The store before (migrateFrom) failed while reading a session. The cause says why.',
    });
  });

  test('a `migrateFrom` that is none is refused', () => {
    for (const migrateFrom of [null, {}, { ...fromConnectRedis(redis, { until }), touch: 1 }])
      expect(() => storeWith({ migrateFrom })).toThrow(expect.objectContaining({ code: option }));
  });
});

function storeWith(options: object): ExpressSessionStore {
  return new ExpressSessionStore(
    sessionStore<object>(memoryBackend(), { keys: { tag: [randomBytes(32)] } }),
    options,
  );
}
