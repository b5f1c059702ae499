import { hiddenField } from '../../../platform/hidden-field.ts';
import session, { type Session, type SessionData } from 'express-session';
import { brandObjects, brandOf, invalidArgument, isBranded } from '../../../errors/errors.ts';
import { answer, type Callback } from '../answer.ts';
import {
  authenticationAgeOf,
  checkWithin,
  type RecentAuthenticationOptions,
  refusalOfAge,
} from '../log-in/authentication.ts';
import { cookieLifeOf } from '../shared/cookie-life.ts';
import type { FrameworkStoreOptions } from '../shared/framework-options.ts';
import { checkGuardLogIn, type LogInOptions, type LogInRequest } from '../log-in/check-log-in.ts';
import { FrameworkSessions } from '../framework-sessions.ts';
import { logInRequest, userAgentOf } from '../log-in/log-in-request.ts';
import { checkRenewal, type RenewalOptions, type StandIn } from '../session/renew-id.ts';
import { sessionTexts } from '../shared/session-texts.ts';
import { Snapshots } from '../shared/snapshots.ts';
import type { UserName } from '../shared/user-name.ts';
import type { SessionStore } from '../../api/session-store.ts';
import { withoutOldCookie } from './old-cookie.ts';
import { type SessionRequest, standInFor } from './stand-in.ts';

export type ExpressSessionStoreOptions = FrameworkStoreOptions<SessionData>;

type Request = Parameters<session.Store['createSession']>[0];
type Middleware = (request: SessionRequest, response: object, next: (error?: unknown) => void) => void;
type Generate = (request: { readonly session: object; readonly sessionID?: string }) => void;

const brand = brandOf('express store');

/**
 * The store for express-session. It has no `all`, `length` and `clear`: the ids of sessions are not stored, and nobody needs
 * the sessions of all users; use `list` and `destroyAll` of the store for the sessions of one user.
 *
 * Events: `sessionEnded`, `userChanged`, `refreshFailed`; never `disconnect`.
 * @example
 * ```ts
 * import express from 'express';
 * import session from 'express-session';
 * import { memoryBackend, sessionStore } from 'session-guard/store';
 * import { ExpressSessionStore } from 'session-guard/store/express-session';
 *
 * const sessions = sessionStore<object>(memoryBackend(), {
 *   keys: { tag: [process.env.SESSION_TAG_KEY ?? ''] },
 * });
 * const store = new ExpressSessionStore(sessions);
 * const secret = process.env.COOKIE_SECRET ?? '';
 * const app = express();
 * app.use(session({ store, genid: store.idGenerator, secret, resave: false, saveUninitialized: false }));
 * ```
 */
export class ExpressSessionStore extends session.Store {
  readonly #snapshots = new Snapshots();
  readonly #sessions: FrameworkSessions;
  readonly #generated = hiddenField<object, true>();
  #generate: Generate | undefined;

  /**
   * @param sessions the result of `sessionStore`
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
   */
  constructor(sessions: Pick<SessionStore<object>, 'destroyAll'>, options: ExpressSessionStoreOptions = {}) {
    super();
    const name = 'ExpressSessionStore';
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
    return isBranded(value, ExpressSessionStore, brand, this);
  }

  /** For the option `genid`: with these ids, `logIn` can store a session together with the other sessions of its user. */
  readonly idGenerator = (request?: object): string => this.#sessions.framework.pendingLogIns.mint(request);

  /** express-session sets this to its own function, which creates a session for a request that has none. */
  set generate(generate: Generate) {
    this.#generate = generate;
  }

  get generate(): Generate {
    return request => {
      this.#generate?.(request);
      // The first request shows the settings of the middleware: nothing has to be stored for this check.
      this.#sessions.warnOfLifeCut(cookieLifeOf(cookieOf(request.session)));
      this.#generated.set(request.session, true);
      if (request.sessionID !== undefined)
        this.#sessions.framework.pendingLogIns.noteMinted(request.sessionID);
    };
  }

  /** If no new session can be created, the old one is not ended: only the middleware can create sessions. */
  override regenerate(request: Request, callback: (error?: unknown) => void): void {
    if (this.#generate === undefined) {
      const missing = invalidArgument(
        'A session can be regenerated only in a process that has the middleware: session({ store }).',
      );
      answer(Promise.reject(missing), callback);
    } else this.#sessions.replacing(request.sessionID, () => super.regenerate(request, callback));
  }

  override get(id: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    answer(this.#get(id), callback);
  }

  async #get(id: string): Promise<SessionData | null> {
    const found = await this.#sessions.get(id);
    if (found === undefined) return null;
    this.#snapshots.set(found.data, found.snapshot);
    // The stored data is in the framework's own form.
    return found.data as unknown as SessionData;
  }

  override createSession(request: Request, data: SessionData): Session & SessionData {
    const made = super.createSession(request, data);
    const snapshot = this.#snapshots.of(data);
    // A Session leaves out fields that have the name of one of its methods: a save must not remove them from the store.
    if (snapshot !== undefined) this.#snapshots.set(made, { ...snapshot, texts: sessionTexts(made) });
    return made;
  }

  override set(id: string, data: SessionData, callback?: Callback): void {
    answer(this.#set(id, data), callback);
  }

  async #set(id: string, data: SessionData): Promise<void> {
    // `save` refuses what is not an object.
    const isObject = typeof data === 'object' && data !== null;
    const isGenerated = isObject && this.#generated.get(data) === true;
    const request: unknown = isObject ? Reflect.get(data, 'req') : undefined;
    await this.#sessions.save(
      id,
      data,
      isGenerated ? 'made by the framework' : 'foreign',
      userAgentOf(request),
    );
  }

  override touch(id: string, data: SessionData, callback?: Callback): void {
    answer(this.#sessions.touch(id, data), callback);
  }

  override destroy(id: string, callback?: Callback): void {
    const ended = this.#sessions.destroy(id).then(() => undefined);
    answer(ended, callback);
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
   * A middleware for log-ins without `logIn`, to be placed before the password check: if there was a `destroyAll` of the user
   * since then, the session is refused with `ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED`.
   * @param userOf returns your own id of the user, as `userOf` of the store does, or a promise of it. Without it, or if it
   * returns another name, the arrival time of the request decides.
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT
   */
  guardLogIn<R extends object>(
    userOf?: (request: R) => unknown,
  ): (request: R, response: unknown, next: (error?: unknown) => void) => void {
    checkGuardLogIn(userOf);
    return (request, _response, next) => {
      answer(this.#sessions.beginLogIn(request, userOf), error => (error === null ? next() : next(error)));
    };
  }

  /**
   * A middleware right after `session({ store })`: it replaces an id that is old enough, and the response sets the new cookie.
   * The old id works for another `graceSeconds`.
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
   */
  renewIds(options: RenewalOptions): Middleware {
    const renewal = checkRenewal(options, this.#sessions.framework.context.settings);
    return (request, response, next) => {
      if (!withoutOldCookie(request, response, id => this.#sessions.isSuperseded(id))) return next();
      const renewed = this.#sessions.renewOldId(request.session, renewal, this.#standIn(request));
      answer(renewed, error => (error === null ? next() : next(error)));
    };
  }

  /**
   * Records that the user of a request's session has authenticated again. Call it when the password was checked again. After it
   * the session has a new id, and `req.session` is another object.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN, ERR_SESSION_GUARD_STORE_ENDED,
   * ERR_SESSION_GUARD_STORE_UNAVAILABLE
   */
  async confirmAuthentication(request: SessionRequest): Promise<void> {
    await this.#sessions.confirmAuthentication(request.session, this.#standIn(request));
  }

  /**
   * A middleware for routes that only recently authenticated users may use. All others get an error:
   * `ERR_SESSION_GUARD_STORE_NOT_LOGGED_IN` (401) or `ERR_SESSION_GUARD_STORE_REAUTHENTICATE` (403).
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
   */
  requireRecentAuthentication(options: RecentAuthenticationOptions): Middleware {
    const within = checkWithin(options);
    return (request, _response, next) => next(refusalOfAge(this.#sessions.knownOf(request.session), within));
  }

  /** The seconds since the user's last authentication; undefined for a session without a user, and if it is not known. */
  authenticationAge(request: SessionRequest): number | undefined {
    return authenticationAgeOf(this.#sessions.knownOf(request.session));
  }

  #standIn(request: SessionRequest): (id: string) => StandIn {
    // The middleware accepts its own session object.
    return id => standInFor(request, id, (own, data) => this.createSession(own as Request, data));
  }

  /** The public name of a request's session, as in `list`; undefined if the session was never saved. */
  handleOf(request: Pick<LogInRequest, 'session'>): string | undefined {
    return this.#sessions.handleOf(request.session);
  }
}

function cookieOf({ cookie }: { readonly cookie?: unknown }): unknown {
  return cookie;
}
brandObjects(ExpressSessionStore, brand);
