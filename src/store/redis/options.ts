import { invalidOption } from '../../errors/errors.ts';

/** How a session is stored: as one string, or as a hash with a field for each of its fields. */
export type Layout = 'whole' | 'fields';

export interface RedisBackendOptions {
  /**
   * What all keys begin with. Braces are refused: the part of a key between them decides its place in a cluster.
   * @default 'sg:'
   */
  readonly keyPrefix?: string | undefined;
  /**
   * Whether the server may be set to remove keys when its memory is full. Then it may end sessions before their time; without
   * this it is an error of the set-up.
   * @default false
   */
  readonly allowEviction?: boolean | undefined;
  /**
   * `'whole'`: one string, which one `GET` reads, and those of a turn one `MGET`. `'fields'`: a hash, of which a write sends and
   * touches only what it changes; for sessions of many kilobytes that change a little with each request. It is for new sessions:
   * those that are there already are read and written as they are.
   * @default 'whole'
   */
  readonly layout?: Layout | undefined;
  /**
   * `'replicated'`: a write waits until replicas have it, and is rejected when too few answer. Without it the replicas follow a
   * moment later, and a failover may bring back what was ended just before it.
   * @default 'local'
   */
  readonly durability?: 'local' | 'replicated' | undefined;
  /**
   * How many replicas `durability: 'replicated'` waits for, 1 or more.
   * @default 1
   */
  readonly replicas?: number | undefined;
  /**
   * How long it waits for them, in milliseconds, 1 or more. Should be less than the store's `timeoutMS`. Meanwhile nothing else
   * is done on the client's connection.
   * @default 1000
   */
  readonly replicasTimeoutMS?: number | undefined;
}

export type RedisSettings = {
  readonly [name in keyof RedisBackendOptions]-?: Exclude<RedisBackendOptions[name], undefined>;
};

type Check = (value: unknown) => string | undefined;

const aBoolean: Check = value => (typeof value === 'boolean' ? undefined : 'true or false');
const aCount: Check = value =>
  Number.isInteger(value) && Number(value) >= 1 ? undefined : 'a whole number, 1 or more';

const checks: Readonly<Record<keyof RedisBackendOptions, Check>> = {
  keyPrefix: value =>
    typeof value === 'string' && !/[{}]/.test(value) ? undefined : 'a string without braces',
  allowEviction: aBoolean,
  layout: value => (value === 'whole' || value === 'fields' ? undefined : "'whole' or 'fields'"),
  durability: value => (value === 'local' || value === 'replicated' ? undefined : "'local' or 'replicated'"),
  replicas: aCount,
  replicasTimeoutMS: aCount,
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and what it takes */
export function checkRedisOptions(options: RedisBackendOptions): RedisSettings {
  if (typeof options !== 'object' || options === null)
    throw invalidOption('The options of redisBackend must be an object.');
  for (const [name, value] of Object.entries(options)) checkOne(name, value);
  const { keyPrefix = 'sg:', allowEviction = false, layout = 'whole', durability = 'local' } = options;
  const { replicas = 1, replicasTimeoutMS = 1000 } = options;
  return { keyPrefix, allowEviction, layout, durability, replicas, replicasTimeoutMS };
}

function checkOne(name: string, value: unknown): void {
  if (!isName(name))
    throw invalidOption(
      `redisBackend has no option '${name}'. Its options: ${Object.keys(checks).join(', ')}.`,
    );
  const wanted = value === undefined ? undefined : checks[name](value);
  if (wanted !== undefined)
    throw invalidOption(`The option '${name}' of redisBackend must be ${wanted}, not ${String(value)}.`);
}

function isName(name: string): name is keyof RedisBackendOptions {
  return Object.hasOwn(checks, name);
}
