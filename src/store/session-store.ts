import type { AuditListener } from './audit/audit-event.ts';
import type { Ended } from './sessions/why.ts';
import type { LogIn } from './sessions/log-in.ts';

export type { Ended, LogIn };

/** A session as it was read. It stays as it is; each write gives another one. */
export interface Live<T extends object> {
  /** The secret that stands in the cookie. */
  readonly id: string;
  /** Its public name: in lists, and to end it from another device. A rotation keeps it, a log-in gives another one. */
  readonly handle: string;
  /** A copy of your own. What JSON does to a value has been done to it. */
  readonly data: Readonly<T>;
  /** Grows with each write. */
  readonly version: number;
  /** Milliseconds since 1970 by the clock of the store. */
  readonly expiresAt: number;
  /** As `expiresAt`, however much it is used. */
  readonly absoluteEnd: number;
  readonly createdAt: number;
  /** When its user has proven who they are; undefined for nobody's session. */
  readonly authenticatedAt?: number;
  readonly user?: string;
  readonly device?: string;
}

export interface CreateOptions {
  /** Whose session it is: your own id of the user, 1 to 256 characters. Without it the session is nobody's. */
  readonly user?: string | undefined;
  /** From `beginLogIn`, called before the password was checked: a `destroyAll` since then refuses the session. */
  readonly login?: LogIn | undefined;
  /** When the user has proven who they are, milliseconds since 1970, where no `login` can be had (single sign-on). */
  readonly authenticatedAt?: number | undefined;
  /** What the user knows the device by, such as the `User-Agent`; cut off at 256 bytes. */
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
  /** Gives up waiting; the promise is rejected with its reason. */
  readonly signal?: AbortSignal | undefined;
}

export interface PatchOptions<T> {
  /** Fields to remove. */
  readonly unset?: readonly (keyof T)[] | undefined;
  /**
   * What happens where somebody else has changed one of these fields since the session was read: the last write wins, or an
   * error. Other fields are always kept.
   * @default 'last'
   */
  readonly conflict?: 'last' | 'error' | undefined;
}

export interface RotateOptions {
  /** The user who has logged in with it. */
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
   * How long the old id may still read what the session held at the rotation, in seconds, for requests that are on their way;
   * nothing that was written later. Refused where the user changes.
   * @default 0
   */
  readonly graceSeconds?: number | undefined;
}

/** A session as its user may see it in a list. It never has the id. */
export interface SessionInfo {
  readonly handle: string;
  readonly device?: string;
  /** Milliseconds since 1970 by the clock of the store, as all times here. */
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
  /** To be called before the password is checked. */
  beginLogIn(user: string): Promise<LogIn>;

  /**
   * A new session with a new id.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_FENCED, ERR_SESSION_GUARD_STORE_UNSTORABLE
   */
  create(data: T, options?: CreateOptions): Promise<Live<T>>;

  /**
   * @param id undefined where the request has no cookie
   * @returns null if there is no live session with this id; an id of another form is not even asked for
   */
  get(id: string | undefined, options?: GetOptions): Promise<Live<T> | null>;

  /**
   * Writes some fields, whatever others do to the rest.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT with `conflict: 'error'`
   */
  patch(session: Live<T>, set: Partial<T>, options?: PatchOptions<T>): Promise<Live<T> | Ended>;

  /**
   * Makes new data of the present ones, and writes them only if nobody else has written meanwhile; else once more from the
   * start. One at a time for each id in a process.
   */
  update(id: string, change: (data: T) => T | Promise<T>): Promise<Live<T> | Ended>;

  /**
   * The same session under a new id; the old one is dead. To be called at log-in and where rights grow.
   * @throws SessionGuardError ERR_SESSION_GUARD_STORE_CONFLICT when others wrote the session for `updateTimeoutMS` without a pause
   */
  rotate(session: Live<T>, options?: RotateOptions): Promise<Live<T> | Ended>;

  /** @returns whether it was alive */
  destroy(id: string | undefined): Promise<boolean>;

  /** The live sessions of a user, the last seen first. */
  list(user: string): Promise<readonly SessionInfo[]>;

  /** @returns whether it was alive */
  destroyByHandle(user: string, handle: string): Promise<boolean>;

  /**
   * Logs a user out everywhere: what is there ends, and log-ins that have begun make no session.
   * @param options.except the handle of the session that stays
   * @returns how many sessions have ended
   */
  destroyAll(user: string, options?: { readonly except?: string | undefined }): Promise<number>;

  /**
   * Tells what becomes of sessions, through this store and its adapter, in this process: for a log of security events. Events have
   * neither ids nor users nor data. What a listener throws reaches no call: it is a process warning, once.
   * @returns what takes the listener off
   * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT
   */
  onAudit(listener: AuditListener): () => void;

  /** Makes or checks what the back end needs. The first use does it, too; here a failure is seen at the start. */
  setUp(): Promise<void>;

  /** The commands that do what `setUp` does. */
  setUpCommands(): string;
}
