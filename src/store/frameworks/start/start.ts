import { invalidOption, SessionGuardError } from '../../../errors/errors.ts';
import { checkOption, knownOptions } from '../../../platform/options/check-options.ts';
import { anObject } from '../../../platform/options/checks.ts';
import { sessionStore } from '../../api/create-store.ts';
import { contextOf } from '../../api/guarded-store.ts';
import { storeOptionNames } from '../../options/check-options.ts';
import type { Secret } from '../../options/keys.ts';
import { lifeCutText } from '../../options/life-cut.ts';
import type { SessionStoreOptions } from '../../options/store-options.ts';
import type { SessionStore } from '../../api/session-store.ts';
import { frameworkOptionNames, type FrameworkStoreOptions } from '../shared/framework-options.ts';
import { keysFrom } from './keys-from-secret.ts';
import { backendFor, type SessionStorage } from './storage.ts';

/** The options of the store and of its adapter, with one secret instead of the keys. */
export interface StartOptions<S, C> extends Omit<SessionStoreOptions, 'keys'>, FrameworkStoreOptions<S> {
  /**
   * At least 32 random bytes; all keys are derived from it: the keys of the ids, of the cookie's signature, and of `encrypt`.
   * To change it, give a list: first add the new one last on all instances, then move it to the front, and remove the old one
   * when `absoluteSeconds` have passed.
   */
  readonly secret: Secret | readonly Secret[] | undefined;
  /**
   * Options of the cookie, in addition to the defaults or instead of them. A `maxAge`, in milliseconds, must not be longer than
   * `absoluteSeconds`.
   * @default { httpOnly: true, sameSite: 'lax', secure: true }; outside of production (NODE_ENV) `secure: 'auto'`
   */
  readonly cookie?: C | undefined;
}

/** The parts of a framework's store. */
export interface Started<S, C> {
  readonly sessions: SessionStore<object>;
  readonly adapterOptions: FrameworkStoreOptions<S>;
  /** For the framework's option `secret`. */
  readonly cookieSecrets: string[];
  readonly cookie: C & typeof cookieDefaults & { readonly secure: boolean | 'auto' };
}

const cookieDefaults = { httpOnly: true, sameSite: 'lax', path: '/' } as const;

/**
 * @param where the name of the call in messages
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
 */
export function start<S, C extends object>(
  storage: SessionStorage,
  options: StartOptions<S, C>,
  where: string,
): Started<S, C> {
  const backend = backendFor(storage, where);
  checkNames(options, where);
  const { secret, cookie, ...others } = options;
  const { tag, data, cookie: cookieSecrets } = keysFrom(secret, where);
  const keys = { tag, data };
  const sessions = named(where, () =>
    sessionStore<object>(backend, { ...picked(others, storeOptionNames), keys }),
  );
  checkMaxAge(cookie, sessions, where);
  const secure = process.env['NODE_ENV'] === 'production' ? true : 'auto';
  return {
    sessions,
    adapterOptions: picked(others, frameworkOptionNames),
    cookieSecrets: [...cookieSecrets],
    cookie: { ...cookieDefaults, secure, ...(cookie as C) },
  };
}

/** In errors of inner calls, the message names the call that the application has made. */
export function named<R>(where: string, make: () => R): R {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SessionGuardError)) throw error;
    const message = error.message.replaceAll(
      /\b(sessionStore|ExpressSessionStore|FastifySessionStore)\b/g,
      where,
    );
    throw new SessionGuardError(error.code, message, { cause: error.cause, docs: error.docs });
  }
}

const ownNames = ['secret', 'cookie'];

function checkNames(options: unknown, where: string): void {
  const needs = `${where} needs options: ${where}(client, { secret: process.env.SESSION_SECRET }).`;
  const names = [...ownNames, ...storeOptionNames, ...frameworkOptionNames].filter(name => name !== 'keys');
  knownOptions(options, where, names, { needs });
}

function picked(options: object, names: readonly string[]): object {
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** The cookie would last longer than its session. */
function checkMaxAge(cookie: unknown, sessions: object, where: string): void {
  if (cookie === undefined) return;
  checkOption('cookie', cookie, where, anObject);
  const { maxAge }: { maxAge?: unknown } = Object(cookie);
  const absoluteMS = contextOf(sessions)?.settings.absoluteMS ?? Number.POSITIVE_INFINITY;
  if (typeof maxAge === 'number' && maxAge > absoluteMS)
    throw invalidOption(lifeCutText(`The option 'cookie.maxAge' of ${where}`, maxAge, absoluteMS));
}
