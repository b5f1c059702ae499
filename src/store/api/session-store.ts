import type { AuditListener, Ended } from '../audit/audit-event.ts';
import type { LogIn } from '../sessions/log-in.ts';

export type { Ended, LogIn };

/** A session as it was read. It never changes; each write returns a new object. */
export interface Live<T extends object> {
  /** Never set: with it a live session and an `Ended` one can be distinguished, `if (result.ended) …`. */
  readonly ended?: false | undefined;
  /** The secret in the cookie. */
  readonly id: string;
  /** Its public name: in lists, and to end it from another device. A rotation keeps it, a log-in gives a new one. */
  readonly handle: string;
  /** Your own copy of the data, as JSON stores it. */
  readonly data: Readonly<T>;
  /** Grows with each write. */
  readonly version: number;
  /** Milliseconds since 1970 by the clock of the store. */
  readonly expiresAt: number;
  /** The latest possible `expiresAt`, however often the session is used. */
  readonly absoluteEnd: number;
  readonly createdAt: number;
  /** When its user has authenticated last; undefined for a session without a user. */
  readonly authenticatedAt?: number;
  readonly user?: string;
  readonly device?: string;
}

export interface CreateOptions {
  /** The user of the session: your own id of the user, 1 to 256 characters. Without it the session has no user. */
  readonly user?: string | undefined;
  /**
   * The result of `beginLogIn`, which must be called before the password is checked: if there was a `destroyAll` since then,
   * the session is refused.
   */
  readonly login?: LogIn | undefined;
  /** When the user has authenticated, milliseconds since 1970, if there is no `login` (single sign-on). */
  readonly authenticatedAt?: number | undefined;
  /** A name of the device for the user, such as the `User-Agent`; cut off at 256 bytes. */
  readonly device?: string | undefined;
  /** @default that of the store */
  readonly idleSeconds?: number | undefined;
  /** @default that of the store */
  readonly absoluteSeconds?: number | undefined;
}

export interface GetOptions {
  /**
   * Whether the read is a use that moves the expiry.
   * @default true
   */
  readonly refresh?: boolean | undefined;
  /** Stops the wait; the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface PatchOptions<T> {
  /** Fields to remove. */
  readonly unset?: readonly (keyof T)[] | undefined;
  /**
   * What happens if another request has changed one of these fields since the session was read: the last write wins, or an
   * error. Other fields always keep their values.
   * @default 'last'
   */
  readonly conflict?: 'last' | 'error' | undefined;
}

export interface RotateOptions {
  /** The user who has logged in with this session. */
  readonly user?: string | undefined;
  /** As in `create`. */
  readonly login?: LogIn | undefined;
  /** As in `create`. */
  readonly authenticatedAt?: number | undefined;
  /**
   * As in `create`.
   * @default that of the session before
   */
  readonly device?: string | undefined;
  /**
   * How long the old id can still be used, in seconds, by requests in flight. It reads the data of the moment of the rotation,
   * and no later writes. Refused if the user changes.
   * @default 0
   */
  readonly graceSeconds?: number | undefined;
}

/** A session for a list that its user may see. It never has the id. */
export interface SessionInfo {
  readonly handle: string;
  readonly device?: string;
  /** Milliseconds since 1970 by the clock of the store, like all times here. */
  readonly createdAt: number;
  /** The last write or refresh. */
  readonly lastSeenAt: number;
  readonly expiresAt: number;
  readonly absoluteEnd: number;
}

/**
 * User sessions that are never used after their end. Every method rejects with a `StoreUnavailableError` when the server does
 * not answer one of its requests within the store's `timeoutMS`: a failure never looks like an ended session.
 */
export interface SessionStore<T extends object> {
  /** Call it before the password is checked. */
  beginLogIn(user: string): Promise<LogIn>;

  /**
   * A new session with a new id.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED, ERR_SESSION_GUARD_STORE_UNSTORABLE
   */
  create(data: T, options?: CreateOptions): Promise<Live<T>>;

  /**
   * @param id undefined if the request has no cookie
   * @returns null if there is no live session with this id; for an id with an invalid form the server is not asked
   */
  get(id: string | undefined, options?: GetOptions): Promise<Live<T> | null>;

  /**
   * Writes some fields; other requests may change the other fields at the same time.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT with `conflict: 'error'`
   */
  patch(session: Live<T>, set: Partial<T>, options?: PatchOptions<T>): Promise<Live<T> | Ended>;

  /**
   * Makes new data from the current data, and writes it only if there was no other write meanwhile; otherwise it starts again.
   * One at a time for each id in a process.
   */
  update(id: string, change: (data: T) => T | Promise<T>): Promise<Live<T> | Ended>;

  /**
   * The same session under a new id; the old id stops working. Call it at log-in and when the user gets more rights.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT if other writes came first at every try for `updateTimeoutMS`,
   * or if the session got another user meanwhile
   */
  rotate(session: Live<T>, options?: RotateOptions): Promise<Live<T> | Ended>;

  /**
   * Records that the user of a session has authenticated again: its `authenticatedAt` becomes the time of the store. Call it
   * when the password was checked again; if the user gets more rights by that, `rotate` the session first.
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for a session without a user
   */
  confirmAuthentication(session: Live<T>): Promise<Live<T> | Ended>;

  /** @returns whether it was alive */
  destroy(id: string | undefined): Promise<boolean>;

  /** The live sessions of a user, the last seen first. */
  list(user: string): Promise<readonly SessionInfo[]>;

  /** @returns whether it was alive */
  destroyByHandle(user: string, handle: string): Promise<boolean>;

  /**
   * Logs a user out everywhere: all sessions end, and log-ins that have already begun are refused.
   * @param options.except the handle of the session that stays
   * @returns how many sessions have ended
   */
  destroyAll(user: string, options?: { readonly except?: string | undefined }): Promise<number>;

  /**
   * Emits the audit events of this store and its adapter in this process, for a log of security events. Events have no ids, no
   * users and no data. An error of a listener reaches no call: it becomes a process warning, once.
   * @returns a function that removes the listener
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT
   */
  onAudit(listener: AuditListener): () => void;

  /**
   * Creates or checks the tables and indexes of the back end. The first use does this too; call it at the start to see a
   * failure early.
   */
  setUp(): Promise<void>;

  /** The commands that do what `setUp` does. */
  setUpCommands(): string;
}
