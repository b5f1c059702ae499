import { randomBytes } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { SessionStore, SessionStoreOptions } from '../../../../src/store/index.ts';
import { sessionStore } from '../../../../src/store/index.ts';
import { type RedisBackendOptions, redisBackend } from '../../../../src/store/redis/index.ts';
import { type Connected, ioredis, nodeRedis } from './clients.ts';

export type Data = Record<string, unknown>;

export const keys = { tag: [randomBytes(32)] };

/** All the time that a busy machine takes, in milliseconds. */
const patience = 60_000;

export interface Opened extends Connected {
  readonly store: SessionStore<Data>;
  /** Another store on the same client, for tests that give the first one little time. */
  readonly patient: SessionStore<Data>;
}

/** Both clients, on one server. */
export const clients: Readonly<Record<string, (url: string) => Promise<Connected>>> = {
  'node-redis': nodeRedis,
  ioredis,
};

/** A store on a client of its own, which is closed after the test. */
export async function open(
  connect: Promise<Connected>,
  options: Partial<SessionStoreOptions> & { readonly redis?: RedisBackendOptions } = {},
): Promise<Opened> {
  const connected = await connect;
  onTestFinished(connected.close);
  const { redis, ...own } = options;
  const on = (changed: Partial<SessionStoreOptions>) =>
    sessionStore<Data>(redisBackend(connected.client, redis), {
      keys,
      updateTimeoutMS: patience,
      ...own,
      ...changed,
    });
  return {
    ...connected,
    store: on({ timeoutMS: own.timeoutMS ?? patience }),
    patient: on({ timeoutMS: patience }),
  };
}
