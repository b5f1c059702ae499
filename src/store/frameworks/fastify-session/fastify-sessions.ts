import type { FastifySessionOptions } from '@fastify/session';
import { named, start, type StartOptions } from '../start/start.ts';
import type { SessionStorage } from '../start/storage.ts';
import type { SessionStore } from '../../api/session-store.ts';
import { FastifySessionStore, type FastifySessionStoreOptions } from './fastify-session-store.ts';
import type { LogInOptions, LogInRequest } from '../log-in/check-log-in.ts';
import { storeIn } from '../log-in/log-in-request.ts';
import type { UserName } from '../shared/user-name.ts';

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
 * Everything that @fastify/session needs, in one call: back end, store, ids, cookie, and keys from one secret.
 * @param storage a client of `redis` or `ioredis`, a collection of `mongodb`, or a back end, such as `dynamoBackend(client, {
 * table })`
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts
 * import fastifyCookie from '@fastify/cookie';
 * import fastifySession from '@fastify/session';
 * import fastify from 'fastify';
 * import { memoryBackend } from 'session-guard/store';
 * import { fastifySessions } from 'session-guard/store/fastify-session';
 *
 * const { options, store } = fastifySessions(memoryBackend(), { secret: process.env.SESSION_SECRET });
 * const app = fastify();
 * app.register(fastifyCookie);
 * app.register(fastifySession, options);
 * app.post('/log-in', async request => {
 *   await store.logIn(request, 'user-1');
 *   return 'welcome';
 * });
 * await app.ready();
 * ```
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

/**
 * `store.logIn`, with the store that the plugin has put into the request.
 * @example
 * ```ts
 * import fastify from 'fastify';
 * import { logIn } from 'session-guard/store/fastify-session';
 *
 * const app = fastify();
 * app.post('/log-in', async request => {
 *   await logIn(request, 'user-1');
 *   return 'welcome';
 * });
 * await app.ready();
 * ```
 */
export async function logIn(
  request: LogInRequest & { readonly sessionStore?: unknown },
  user: UserName,
  options?: LogInOptions,
): Promise<void> {
  const message = 'logIn takes a request of an application with @fastify/session and a FastifySessionStore.';
  await storeIn(request, FastifySessionStore, message).logIn(request, user, options);
}
