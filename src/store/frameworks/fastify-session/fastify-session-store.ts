import { EventEmitter } from 'node:events';
import type { SessionStore as PluginStore } from '@fastify/session';
import { brandObjects, brandOf, isBranded } from '../../../errors/errors.ts';
import { answer, type Callback } from '../answer.ts';
import {
  authenticationAgeOf,
  checkWithin,
  type RecentAuthenticationOptions,
  refusalOfAge,
} from '../log-in/authentication.ts';
import { checkGuardLogIn } from '../log-in/check-log-in.ts';
import type { FrameworkStoreEvents } from '../shared/framework-events.ts';
import type { FrameworkStoreOptions } from '../shared/framework-options.ts';
import { FrameworkSessions } from '../framework-sessions.ts';
import type { LogInOptions, LogInRequest } from '../log-in/check-log-in.ts';
import { logInRequest } from '../log-in/log-in-request.ts';
import { checkRenewal, type RenewalOptions, type StandIn } from '../session/renew-id.ts';
import { Snapshots } from '../shared/snapshots.ts';
import type { UserName } from '../shared/user-name.ts';
import type { SessionStore } from '../../api/session-store.ts';
import { withoutOldCookie } from './old-cookie.ts';
import { saveAll } from './save-all.ts';
import { saved, type SessionRequest, StandIns } from './stand-in.ts';

type Hook = (request: SessionRequest, reply: object) => Promise<void>;
type Session = Parameters<PluginStore['set']>[1];

export type FastifySessionStoreOptions = FrameworkStoreOptions<Session>;

/**
 * The property that survives the plugin's copy of a session: a function that identifies it, which JSON leaves out. It is listed
 * by `Object.keys(request.session)`.
 */
const mark = '__sessionGuard';

/** Names that the plugin uses itself, and leaves out of a session's fields. */
const ownNames: ReadonlySet<string> = new Set(['sessionId', 'encryptedSessionId']);

const brand = brandOf('fastify store');

/**
 * The store for @fastify/session.
 *
 * Events: `sessionEnded`, `userChanged`, `refreshFailed`.
 * @example
 * ```ts
 * import fastifyCookie from '@fastify/cookie';
 * import fastifySession from '@fastify/session';
 * import fastify from 'fastify';
 * import { memoryBackend, sessionStore } from 'session-guard/store';
 * import { FastifySessionStore } from 'session-guard/store/fastify-session';
 *
 * const sessions = sessionStore<object>(memoryBackend(), {
 *   keys: { tag: [process.env.SESSION_TAG_KEY ?? ''] },
 * });
 * const store = new FastifySessionStore(sessions);
 * const secret = process.env.COOKIE_SECRET ?? '';
 * const app = fastify();
 * app.register(fastifyCookie);
 * app.register(fastifySession, { store, idGenerator: store.idGenerator, secret });
 * await app.ready();
 * ```
 */
export class FastifySessionStore extends EventEmitter<FrameworkStoreEvents> implements PluginStore {
  readonly #snapshots = new Snapshots((session: { [mark]?: unknown }) => session[mark]);
  readonly #sessions: FrameworkSessions;
  readonly #standIns = new StandIns();
  #failedDestroy: { readonly error: unknown } | undefined;

  /**
   * @param sessions the result of `sessionStore`
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
   */
  constructor(sessions: Pick<SessionStore<object>, 'destroyAll'>, options: FastifySessionStoreOptions = {}) {
    super();
    const name = 'FastifySessionStore';
    this.#sessions = new FrameworkSessions({
      name,
      sessions,
      options,
      emitter: this,
      snapshots: this.#snapshots,
    });
  }

  /** Also true for a store of another copy of this package in the process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, FastifySessionStore, brand, this);
  }

  /** For the option `idGenerator`: with these ids, `logIn` can store a session together with the other sessions of its user. */
  readonly idGenerator = (request?: object): string => {
    if (this.#standIns.id !== undefined) return this.#standIns.id;
    const { session }: { session?: unknown } = Object(request);
    const { sessionId }: { sessionId?: unknown } = Object(session);
    if (sessionId !== undefined) this.#sessions.replacesNext(sessionId);
    return this.#sessions.framework.pendingLogIns.mint(request);
  };

  get(id: string, callback: (error: unknown, session?: Session | null) => void): void {
    answer(this.#get(id), callback);
  }

  async #get(id: string): Promise<Session | null> {
    const found = await this.#sessions.get(id);
    if (found === undefined) {
      this.#sessions.noteMissing(id);
      return null;
    }
    const { data, snapshot } = found;
    const held = new Map([...snapshot.texts].filter(([name]) => !ownNames.has(name)));
    const standsForIt = (): string => snapshot.loaded.header.handle;
    this.#snapshots.set(standsForIt, { ...snapshot, texts: held });
    if (!(await this.#sessions.use(id, data, standsForIt))) return null;
    // The stored data is in the framework's own form.
    return { ...data, [mark]: standsForIt } as unknown as Session;
  }

  set(id: string, session: Session, callback: Callback = () => undefined): void {
    const failed = this.#failedDestroy;
    if (this.#standIns.id !== undefined) callback(null);
    else if (failed !== undefined) callback(failed.error);
    else if (this.#isSettled(id, session)) callback(null);
    else saveAll(session, () => this.#set(id, session), callback);
  }

  /**
   * Answered at once, so that the response of a handler which saves by itself and then sends is complete when the handler
   * returns.
   */
  #isSettled(id: string, session: Session): boolean {
    try {
      return this.#sessions.isSettled(id, session);
    } catch {
      // The data cannot be stored, or `userOf` has thrown: the save will report it.
      return false;
    }
  }

  async #set(id: string, session: Session): Promise<void> {
    await this.#sessions.save(id, session, isMade(session) ? 'made by the framework' : 'foreign');
  }

  destroy(id: string, callback: Callback = () => undefined): void {
    if (this.#standIns.id !== undefined) {
      callback(null);
      return;
    }
    const ended = this.#sessions.destroy(id).then(() => undefined);
    answer(ended, error => this.#answerDestroy(error, callback));
  }

  /** `regenerate` stores the new session inside this callback, even if the old session could not be ended. */
  #answerDestroy(error: unknown, callback: Callback): void {
    this.#failedDestroy = error === null || error === undefined ? undefined : { error };
    try {
      callback(error);
    } finally {
      this.#failedDestroy = undefined;
    }
  }

  /**
   * Logs a user in: the request gets a new session with a new id, which is stored when the promise resolves. The old session
   * has ended.
   * @param user 1 to 256 characters, or a number, which is converted to its text
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED, ERR_SESSION_GUARD_STORE_UNAVAILABLE,
   * ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
   */
  logIn(request: LogInRequest, user: UserName, options: LogInOptions = {}): Promise<void> {
    return logInRequest(this.#sessions.framework, request, user, options);
  }

  /**
   * A hook (`preValidation` or `preHandler`) for log-ins without `logIn`, to be placed before the password check: if there was
   * a `destroyAll` of the user since then, the session is refused with `ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED`.
   * @param userOf returns your own id of the user, as `userOf` of the store does, or a promise of it. Without it, or if it
   * returns another name, the arrival time of the request decides.
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT
   */
  guardLogIn<R extends object>(userOf?: (request: R) => unknown): (request: R) => Promise<void> {
    checkGuardLogIn(userOf);
    return request => this.#sessions.beginLogIn(request, userOf);
  }

  /**
   * A hook (`onRequest`, registered after the plugin): it replaces an id that is old enough, and the response sets the new
   * cookie. The old id works for another `graceSeconds`. It needs `idGenerator: store.idGenerator`.
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
   */
  renewIds(options: RenewalOptions): Hook {
    const renewal = checkRenewal(options, this.#sessions.framework.context.settings);
    return async (request, reply) => {
      withoutOldCookie(request, reply, id => this.#sessions.isSuperseded(id));
      await saved(await this.#sessions.renewOldId(request.session, renewal, this.#standIn(request)));
    };
  }

  /**
   * Records that the user of a request's session has authenticated again. Call it when the password was checked again. After it
   * the session has a new id, and `request.session` is another object. It needs `idGenerator: store.idGenerator`.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN, ERR_SESSION_GUARD_STORE_ENDED,
   * ERR_SESSION_GUARD_STORE_UNAVAILABLE, ERR_SESSION_GUARD_INVALID_OPTION
   */
  async confirmAuthentication(request: SessionRequest): Promise<void> {
    await saved(await this.#sessions.confirmAuthentication(request.session, this.#standIn(request)));
  }

  /**
   * A hook for routes that only recently authenticated users may use. All others get an error:
   * `ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN` (401) or `ERR_SESSION_GUARD_STORE_REAUTHENTICATE` (403).
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
   */
  requireRecentAuthentication(options: RecentAuthenticationOptions): Hook {
    const within = checkWithin(options);
    return async request => {
      const refusal = refusalOfAge(this.#sessions.knownOf(request.session), within);
      if (refusal !== undefined) throw refusal;
    };
  }

  /** The seconds since the user's last authentication; undefined for a session without a user, and if it is not known. */
  authenticationAge(request: SessionRequest): number | undefined {
    return authenticationAgeOf(this.#sessions.knownOf(request.session));
  }

  #standIn(request: SessionRequest): (id: string) => StandIn {
    return id => this.#standIns.make(request, id, mark);
  }

  /** The public name of a request's session, as in `list`; undefined if the session was never saved. */
  handleOf(request: Pick<LogInRequest, 'session'>): string | undefined {
    return this.#sessions.handleOf(request.session);
  }
}

brandObjects(FastifySessionStore, brand);

/** The plugin's own sessions have the method `isSaved`. */
function isMade(session: object): boolean {
  return 'isSaved' in session && typeof session.isSaved === 'function' && !Object.hasOwn(session, 'isSaved');
}
