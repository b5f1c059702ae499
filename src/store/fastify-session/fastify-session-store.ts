import { EventEmitter } from 'node:events';
import type { SessionStore as PluginStore } from '@fastify/session';
import { brandObjects, brandOf, isBranded } from '../../errors/brand.ts';
import { answer, type Callback } from '../framework/answer.ts';
import { checkFence } from '../framework/check-log-in.ts';
import type { FrameworkStoreEvents } from '../framework/framework-events.ts';
import type { FrameworkStoreOptions } from '../framework/framework-options.ts';
import { FrameworkSessions } from '../framework/framework-sessions.ts';
import { logInRequest, type LogInOptions, type LogInRequest } from '../framework/log-in-request.ts';
import { Snapshots } from '../framework/snapshots.ts';
import type { UserName } from '../framework/user-name.ts';
import type { SessionStore } from '../session-store.ts';

type Session = Parameters<PluginStore['set']>[1];

export type FastifySessionStoreOptions = FrameworkStoreOptions<Session>;

/**
 * What the plugin's copy of a session keeps of it: a function that gives its handle, which JSON leaves out. It shows in
 * `Object.keys(request.session)`.
 */
const mark = '__sessionGuard';

/** What the plugin makes its session of, and leaves out of it. */
const ownNames: ReadonlySet<string> = new Set(['sessionId', 'encryptedSessionId']);

const brand = brandOf('fastify store');

/**
 * The store for @fastify/session.
 *
 * Events: `sessionEnded`, `userChanged`, `refreshFailed`.
 */
export class FastifySessionStore extends EventEmitter<FrameworkStoreEvents> implements PluginStore {
  readonly #snapshots = new Snapshots((session: { [mark]?: unknown }) => session[mark]);
  readonly #sessions: FrameworkSessions;
  #failedDestroy: { readonly error: unknown } | undefined;

  /**
   * @param sessions what `sessionStore` has made
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

  /** For the option `idGenerator`: ids that `logIn` can place among those of its user. */
  readonly idGenerator = (request?: object): string => {
    const { session }: { session?: unknown } = Object(request);
    const { sessionId }: { sessionId?: unknown } = Object(session);
    if (sessionId !== undefined) this.#sessions.replacesNext(sessionId);
    return this.#sessions.framework.births.mint(request);
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
    // What is stored is what the framework has put there.
    return { ...data, [mark]: standsForIt } as unknown as Session;
  }

  set(id: string, session: Session, callback: Callback = () => undefined): void {
    const failed = this.#failedDestroy;
    if (failed !== undefined) callback(failed.error);
    else if (this.#isSettled(id, session)) callback(null);
    else answer(this.#set(id, session), callback);
  }

  /** At once, so that a handler which saves by itself and then sends has been answered when it returns. */
  #isSettled(id: string, session: Session): boolean {
    try {
      return this.#sessions.isSettled(id, session);
    } catch {
      // What cannot be stored, or `userOf` has thrown: saving it tells.
      return false;
    }
  }

  async #set(id: string, session: Session): Promise<void> {
    await this.#sessions.save(id, session, isMade(session) ? 'made by the framework' : 'foreign');
  }

  destroy(id: string, callback: Callback = () => undefined): void {
    const ended = this.#sessions.destroy(id).then(() => undefined);
    answer(ended, error => this.#tell(error, callback));
  }

  /** `regenerate` stores the new session from within the answer, also when the old one could not be ended. */
  #tell(error: unknown, callback: Callback): void {
    this.#failedDestroy = error === null || error === undefined ? undefined : { error };
    try {
      callback(error);
    } finally {
      this.#failedDestroy = undefined;
    }
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
   * A hook (`preValidation` or `preHandler`) that comes before the one that checks the password, where `logIn` is not used: a
   * `destroyAll` of the user since then refuses the session, with `ERR_SESSION_GUARD_STORE_LOG_IN_FENCED`.
   * @param userOf your own id of the user, as `userOf` of the store gives it, or a promise of it. Without it, or where it gives
   *   another name, the time of the request decides.
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT
   */
  fence<R extends object>(userOf?: (request: R) => unknown): (request: R) => Promise<void> {
    checkFence(userOf);
    return request => this.#sessions.beginLogIn(request, userOf);
  }

  /** The public name of a request's session, as in `list`; undefined if it was never saved. */
  handleOf(request: Pick<LogInRequest, 'session'>): string | undefined {
    return this.#sessions.handleOf(request.session);
  }
}

brandObjects(FastifySessionStore, brand);

/** The plugin's own sessions have a method that tells whether they are saved. */
function isMade(session: object): boolean {
  return 'isSaved' in session && typeof session.isSaved === 'function' && !Object.hasOwn(session, 'isSaved');
}
