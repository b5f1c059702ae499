import { checkMethods, checkOld, isFunction } from './check-old.ts';
import type { MigrateFrom } from './migrate-from.ts';

/** Of a client (node-redis or ioredis), what is needed to read what connect-redis has stored. */
export interface OldRedisClient {
  get(key: string): Promise<string | null>;
  del(key: string): Promise<unknown>;
  pTTL?(key: string): Promise<number>;
  pttl?(key: string): Promise<number>;
  pExpire?(key: string, milliseconds: number): Promise<unknown>;
  pexpire?(key: string, milliseconds: number): Promise<unknown>;
}

export interface FromConnectRedisOptions {
  /** After it, the old store is not asked any more. */
  readonly until: Date;
  /**
   * That of connect-redis.
   * @default 'sess:'
   */
  readonly prefix?: string | undefined;
  /**
   * That of connect-redis.
   * @default JSON
   */
  readonly serializer?: { parse(text: string): object | Promise<object> } | undefined;
}

const checks = {
  // Without one, an id would be the name of any key.
  prefix: [
    (value: unknown) => typeof value === 'string' && value !== '',
    'a string that is not empty: an id in a cookie would be the name of any key',
  ],
  serializer: [
    (value: unknown) => isFunction(Reflect.get(Object(value), 'parse')),
    "an object with the method 'parse'",
  ],
} as const;

/**
 * The sessions of connect-redis, for `migrateFrom`.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 */
export function fromConnectRedis(client: OldRedisClient, options: FromConnectRedisOptions): MigrateFrom {
  checkMethods(client, ['get', 'del'], 'fromConnectRedis takes a client of redis or ioredis');
  checkOld(options, { where: 'fromConnectRedis', checks });
  const { until, prefix = 'sess:', serializer = JSON } = options;
  return {
    until,
    async read(id) {
      const [text, leftMS] = await Promise.all([client.get(prefix + id), timeLeft(client, prefix + id)]);
      if (text === null || leftMS === gone) return undefined;
      return { data: await serializer.parse(text), leftMS: leftMS === forEver ? undefined : leftMS };
    },
    remove: id => client.del(prefix + id),
    async touch(id, leftMS) {
      const milliseconds = Math.ceil(leftMS);
      await (client.pExpire?.(prefix + id, milliseconds) ?? client.pexpire?.(prefix + id, milliseconds));
    },
  };
}

/** What PTTL says of a key that is not there, and of one without an expiry. */
const gone = -2;
const forEver = -1;

async function timeLeft(client: OldRedisClient, key: string): Promise<number> {
  return (await (client.pTTL?.(key) ?? client.pttl?.(key))) ?? forEver;
}
