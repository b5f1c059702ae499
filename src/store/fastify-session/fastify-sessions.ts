import type { FastifySessionOptions } from '@fastify/session';
import { named, start, type StartOptions } from '../framework/start/start.ts';
import type { SessionStorage } from '../framework/start/storage.ts';
import type { SessionStore } from '../session-store.ts';
import { FastifySessionStore, type FastifySessionStoreOptions } from './fastify-session-store.ts';

type Cookie = NonNullable<FastifySessionOptions['cookie']>;
type Session = FastifySessionStoreOptions extends {
  readonly userOf?: ((session: infer S) => unknown) | undefined;
}
  ? S
  : never;

export type FastifySessionsOptions = StartOptions<Session, Cookie>;

export interface FastifySessions {
  /** For `app.register(fastifySession, options)`; `{ ...options, cookieName: 'sid' }` sets more. */
  readonly options: FastifySessionOptions;
  /** For `logIn` and `handleOf`. */
  readonly store: FastifySessionStore;
  /** For `beginLogIn`, `list` and `destroyAll`. */
  readonly sessions: SessionStore<object>;
}

/**
 * All that @fastify/session needs, in one call: back end, store, ids, cookie, and keys from one secret.
 * @param storage a client of `redis` or `ioredis`, a collection of `mongodb`, or a back end, such as `dynamoBackend(client, { table })`
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 */
export function fastifySessions(storage: SessionStorage, options: FastifySessionsOptions): FastifySessions {
  const where = 'fastifySessions';
  const { sessions, adapterOptions, cookieSecrets, cookie } = start(storage, options, where);
  const store = named(where, () => new FastifySessionStore(sessions, adapterOptions));
  return {
    options: {
      store,
      idGenerator: store.idGenerator,
      secret: cookieSecrets,
      saveUninitialized: false,
      cookie,
    },
    store,
    sessions,
  };
}
