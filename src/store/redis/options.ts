import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import { aBoolean, aCount, checkFor, oneOf } from '../../platform/options/checks.ts';

/** How a session is stored: as one string, or as a hash with a field for each of its fields. */
export type Layout = 'string' | 'hash';

export interface RedisBackendOptions {
  /**
   * The prefix of all keys. Braces are refused: the part of a key between them decides its place in a cluster.
   * @default 'sg:'
   */
  readonly keyPrefix?: string | undefined;
  /**
   * Whether a server is accepted that evicts keys when its memory is full. Such a server may end sessions before their time;
   * without this option it is an error of the set-up.
   * @default false
   */
  readonly allowEviction?: boolean | undefined;
  /**
   * In which type of Redis a session is stored. `'string'`: one `GET` reads it, and one `MGET` reads all sessions of a turn.
   * `'hash'`: a write sends and touches only the changed fields; for sessions of many kilobytes that change a little with each
   * request. It applies to new sessions: existing sessions keep their layout.
   * @default 'string'
   */
  readonly layout?: Layout | undefined;
  /**
   * `'replicated'`: a write waits until replicas have it, and is rejected if too few confirm. Without it the replicas follow a
   * moment later, and a failover may restore sessions that were ended just before it.
   * @default 'local'
   */
  readonly durability?: 'local' | 'replicated' | undefined;
  /**
   * How many replicas `durability: 'replicated'` waits for, 1 or more.
   * @default 1
   */
  readonly replicas?: number | undefined;
  /**
   * How long a write waits for the replicas, in milliseconds, 1 or more. It should be less than the store's `timeoutMS`. During
   * the wait the client's connection is blocked.
   * @default 1000
   */
  readonly replicasTimeoutMS?: number | undefined;
}

export type RedisSettings = {
  readonly [name in keyof RedisBackendOptions]-?: Exclude<RedisBackendOptions[name], undefined>;
};

const checks: OptionChecks<RedisBackendOptions> = {
  keyPrefix: checkFor('a string without braces', value => typeof value === 'string' && !/[{}]/.test(value)),
  allowEviction: aBoolean,
  layout: oneOf('string', 'hash'),
  durability: oneOf('local', 'replicated'),
  replicas: aCount,
  replicasTimeoutMS: aCount,
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and its valid values */
export function checkRedisOptions(options: RedisBackendOptions): RedisSettings {
  const given = checkOptions(options, 'redisBackend', checks);
  const { keyPrefix = 'sg:', allowEviction = false, layout = 'string', durability = 'local' } = given;
  const { replicas = 1, replicasTimeoutMS = 1000 } = given;
  return { keyPrefix, allowEviction, layout, durability, replicas, replicasTimeoutMS };
}
