import type { CookieOptions, SessionData, SessionOptions } from 'express-session';
import { named, start, type StartOptions } from '../framework/start/start.ts';
import type { SessionStorage } from '../framework/start/storage.ts';
import type { SessionStore } from '../session-store.ts';
import { ExpressSessionStore } from './express-session-store.ts';

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
 * All that express-session needs, in one call: back end, store, ids, cookie, and keys from one secret.
 * @param storage a client of `redis` or `ioredis`, a collection of `mongodb`, or a back end, such as `dynamoBackend(client, { table })`
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
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
