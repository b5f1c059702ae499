import session, { type Session, type SessionData } from 'express-session';
import { brandObjects, brandOf, isBranded } from '../../errors/brand.ts';
import { invalidArgument } from '../../errors/errors.ts';
import { answer, type Callback } from '../framework/answer.ts';
import { lifeOf } from '../framework/cookie-life.ts';
import type { FrameworkStoreOptions } from '../framework/framework-options.ts';
import { checkFence } from '../framework/check-log-in.ts';
import { FrameworkSessions } from '../framework/framework-sessions.ts';
import {
  logInRequest,
  type LogInOptions,
  type LogInRequest,
  userAgentOf,
} from '../framework/log-in-request.ts';
import { sessionTexts } from '../framework/session-texts.ts';
import { Snapshots } from '../framework/snapshots.ts';
import type { UserName } from '../framework/user-name.ts';
import type { SessionStore } from '../session-store.ts';

export type ExpressSessionStoreOptions = FrameworkStoreOptions<SessionData>;

type Request = Parameters<session.Store['createSession']>[0];
type Generate = (request: { readonly session: object; readonly sessionID?: string }) => void;

const brand = brandOf('express store');

/**
 * The store for express-session. It has no `all`, `length` and `clear`: the ids of sessions are not stored, and everybody's
 * sessions are nobody's business; `list` and `destroyAll` of the store are for those of one user.
 *
 * Events: `sessionEnded`, `userChanged`, `refreshFailed`; never `disconnect`.
 */
export class ExpressSessionStore extends session.Store {
  readonly #snapshots = new Snapshots();
  readonly #sessions: FrameworkSessions;
  readonly #generated = new WeakSet<object>();
  #generate: Generate | undefined;

  /**
   * @param sessions what `sessionStore` has made
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

  /** For the option `genid`: ids that `logIn` can place among those of its user. */
  readonly idGenerator = (request?: object): string => this.#sessions.framework.births.mint(request);

  /** express-session puts its own function here, which makes the session of a request that has none. */
  set generate(generate: Generate) {
    this.#generate = generate;
  }

  get generate(): Generate {
    return request => {
      this.#generate?.(request);
      // The first request tells what the middleware is set to: nothing has to be stored for it.
      this.#sessions.tellLifeCut(lifeOf(cookieOf(request.session)));
      this.#generated.add(request.session);
      if (request.sessionID !== undefined) this.#sessions.framework.births.noteMinted(request.sessionID);
    };
  }

  /** Nothing is ended where no new session can be made: it is the middleware that makes them. */
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
    // What is stored is what the framework has put there.
    return found.data as unknown as SessionData;
  }

  override createSession(request: Request, data: SessionData): Session & SessionData {
    const made = super.createSession(request, data);
    const snapshot = this.#snapshots.of(data);
    // A Session leaves out fields that have the name of one of its methods: they are not to be removed from the store.
    if (snapshot !== undefined) this.#snapshots.set(made, { ...snapshot, texts: sessionTexts(made) });
    return made;
  }

  override set(id: string, data: SessionData, callback?: Callback): void {
    answer(this.#set(id, data), callback);
  }

  async #set(id: string, data: SessionData): Promise<void> {
    const origin = this.#generated.has(data) ? 'made by the framework' : 'foreign';
    const { req } = data as { req?: unknown };
    await this.#sessions.save(id, data, origin, userAgentOf(req));
  }

  override touch(id: string, data: SessionData, callback?: Callback): void {
    answer(this.#sessions.touch(id, data), callback);
  }

  override destroy(id: string, callback?: Callback): void {
    const ended = this.#sessions.destroy(id).then(() => undefined);
    answer(ended, callback);
  }

  /**
   * Logs a user in: the request gets a new session under a new id, which is stored when this is done. The old one is dead.
   * @param user 1 to 256 characters, or a number, which is taken as its text
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_FENCED, ERR_SESSION_GUARD_STORE_UNAVAILABLE,
   *   ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION
   */
  logIn(request: LogInRequest, user: UserName, options: LogInOptions = {}): Promise<void> {
    return logInRequest(this.#sessions.framework, request, user, options);
  }

  /**
   * A middleware that comes before the one that checks the password, where `logIn` is not used: a `destroyAll` of the user since
   * then refuses the session, with `ERR_SESSION_GUARD_STORE_LOG_IN_FENCED`.
   * @param userOf your own id of the user, as `userOf` of the store gives it, or a promise of it. Without it, or where it gives
   *   another name, the time of the request decides.
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT
   */
  fence<R extends object>(
    userOf?: (request: R) => unknown,
  ): (request: R, response: unknown, next: (error?: unknown) => void) => void {
    checkFence(userOf);
    return (request, _response, next) => {
      answer(this.#sessions.beginLogIn(request, userOf), error => (error === null ? next() : next(error)));
    };
  }

  /** The public name of a request's session, as in `list`; undefined if it was never saved. */
  handleOf(request: Pick<LogInRequest, 'session'>): string | undefined {
    return this.#sessions.handleOf(request.session);
  }
}

function cookieOf({ cookie }: { readonly cookie?: unknown }): unknown {
  return cookie;
}
brandObjects(ExpressSessionStore, brand);
