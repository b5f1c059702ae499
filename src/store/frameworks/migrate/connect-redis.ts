import { checkFor, withMethods } from '../../../platform/options/checks.ts';
import { checkMethods, checkOld, type MigrateFrom } from '../shared/migrate-from.ts';

/** The parts of a client (node-redis or ioredis) that are needed to read the sessions of connect-redis. */
export interface OldRedisClient {
  get(key: string): Promise<string | null>;
  del(key: string): Promise<unknown>;
  pTTL?(key: string): Promise<number>;
  pttl?(key: string): Promise<number>;
  pExpire?(key: string, milliseconds: number): Promise<unknown>;
  pexpire?(key: string, milliseconds: number): Promise<unknown>;
}

export interface FromConnectRedisOptions {
  /** After this time the old store is not read any more. */
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
  // Without a prefix, an id could be the name of any key.
  prefix: checkFor(
    'a string that is not empty: an id in a cookie would be the name of any key',
    value => typeof value === 'string' && value !== '',
  ),
  serializer: withMethods('an object', ['parse']),
};

/**
 * The sessions of connect-redis, for `migrateFrom`.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts redis
 * import { createClient } from 'redis';
 * import { memoryBackend } from 'session-guard/store';
 * import { expressSessions, fromConnectRedis } from 'session-guard/store/express-session';
 *
 * const client = createClient({ url: process.env.REDIS_URL ?? '' });
 * const { options } = expressSessions(memoryBackend(), {
 *   secret: process.env.SESSION_SECRET,
 *   migrateFrom: fromConnectRedis(client, { until: new Date('2030-01-31') }),
 * });
 * console.log(options.resave); // → false
 * ```
 */
export function fromConnectRedis(client: OldRedisClient, options: FromConnectRedisOptions): MigrateFrom {
  checkMethods(client, ['get', 'del'], 'fromConnectRedis takes a client of redis or ioredis');
  checkOld<FromConnectRedisOptions>(options, 'fromConnectRedis', checks);
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

/** The answers of PTTL for a missing key, and for a key without an expiry. */
const gone = -2;
const forEver = -1;

async function timeLeft(client: OldRedisClient, key: string): Promise<number> {
  return (await (client.pTTL?.(key) ?? client.pttl?.(key))) ?? forEver;
}
