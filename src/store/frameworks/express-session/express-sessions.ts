import type { CookieOptions, SessionData, SessionOptions } from 'express-session';
import { named, start, type StartOptions } from '../start/start.ts';
import type { SessionStorage } from '../start/storage.ts';
import type { SessionStore } from '../../api/session-store.ts';
import { ExpressSessionStore } from './express-session-store.ts';
import type { LogInOptions, LogInRequest } from '../log-in/check-log-in.ts';
import { storeIn } from '../log-in/log-in-request.ts';
import type { UserName } from '../shared/user-name.ts';

export type ExpressSessionsOptions = StartOptions<SessionData, CookieOptions>;

export interface ExpressSessions {
  /** For `session(options)` of express-session; `session({ ...options, name: 'sid' })` sets more. */
  readonly options: SessionOptions;
  /** For `logIn` and `handleOf`. */
  readonly store: ExpressSessionStore;
  /** For `beginLogIn`, `list` and `destroyAll`. */
  readonly sessions: SessionStore<object>;
}

/**
 * Everything that express-session needs, in one call: back end, store, ids, cookie, and keys from one secret.
 * @param storage a client of `redis` or `ioredis`, a collection of `mongodb`, or a back end, such as `dynamoBackend(client, {
 * table })`
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 * @example
 * ```ts
 * import express from 'express';
 * import session from 'express-session';
 * import { memoryBackend } from 'session-guard/store';
 * import { expressSessions } from 'session-guard/store/express-session';
 *
 * const { options, store } = expressSessions(memoryBackend(), { secret: process.env.SESSION_SECRET });
 * const app = express();
 * app.use(session(options));
 * app.post('/log-in', store.guardLogIn(), async (req, res) => {
 *   await store.logIn(req, 'user-1');
 *   res.json('welcome');
 * });
 * ```
 */
export function expressSessions(storage: SessionStorage, options: ExpressSessionsOptions): ExpressSessions {
  const where = 'expressSessions';
  const { sessions, adapterOptions, cookieSecrets, cookie } = start(storage, options, where);
  const store = named(where, () => new ExpressSessionStore(sessions, adapterOptions));
  return {
    options: {
      store,
      genid: store.idGenerator,
      secret: cookieSecrets,
      resave: false,
      saveUninitialized: false,
      cookie,
    },
    store,
    sessions,
  };
}

/**
 * `store.logIn`, with the store that the session middleware has put into the request.
 * @example
 * ```ts
 * import express from 'express';
 * import { logIn } from 'session-guard/store/express-session';
 *
 * const routes = express.Router();
 * routes.post('/log-in', async (req, res) => {
 *   await logIn(req, 'user-1');
 *   res.json('welcome');
 * });
 * ```
 */
export async function logIn(
  request: LogInRequest & { readonly sessionStore?: unknown },
  user: UserName,
  options?: LogInOptions,
): Promise<void> {
  const message = 'logIn takes a request behind session({ store }), with an ExpressSessionStore.';
  await storeIn(request, ExpressSessionStore, message).logIn(request, user, options);
}
