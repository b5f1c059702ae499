import type { Change, Written } from './change.ts';
import type { NewRevocationMark, RevocationMark, RevocationMarkReading } from './revocation-mark.ts';
import type { NewSession, SessionHeader, SessionKey, SessionRecord } from './session-record.ts';

/** How long a back end may take for one call. */
export interface Call {
  /** Aborted at the deadline: a command that is not sent yet must then leave the queue of its client. */
  readonly signal: AbortSignal;
}

export interface Reading {
  readonly record: SessionRecord;
  /** The latest possible time of the store's clock: in doubt a session has expired. */
  readonly now: number;
}

export interface HeaderList {
  readonly headers: readonly SessionHeader[];
  /** As of `Reading`. */
  readonly now: number;
}

/**
 * Which sessions a removal deletes. `'unless rotated'`: a rotated session (with a `successor`) is not deleted, only returned:
 * this record is the only link to the successor, which must be ended first.
 */
export type Removable = 'unless rotated' | 'always';

export interface Removed {
  readonly header: SessionHeader;
  /** False if it had already expired. */
  readonly live: boolean;
}

export type Inserted =
  | { readonly outcome: 'created'; readonly header: SessionHeader }
  /** A record with this hash exists. */
  | { readonly outcome: 'taken' }
  /** The current revocation mark refuses it: nothing is stored. */
  | { readonly outcome: 'revoked'; readonly mark: RevocationMark };

export interface Rotation {
  readonly from: SessionKey;
  readonly to: NewSession;
  /** The version that the old session must still have. */
  readonly ifVersion: number;
  /** How long the old session stays as an alias of the new one, in milliseconds, like `Change.endsInMS`; 0: it is deleted. */
  readonly graceMS: number;
}

/**
 * A storage for sessions. Each method is atomic for one session, and rejects if it does not know the result: it never returns
 * "none" because of a failure. A back end must pass the contract suite of `session-guard/testing/store`.
 */
export interface SessionBackend {
  /** The name in messages, such as `'Redis'`. */
  readonly name: string;

  /**
   * While fewer reads than this are in flight, the next read is sent at once; above that, the reads of one turn of the event
   * loop are sent together. Use a higher value if a request costs little, as on Redis.
   * @default 1
   */
  readonly readsAtOnce?: number | undefined;

  /** Creates missing tables and indexes, and checks existing ones. Called before the first other call, until it succeeds. */
  setUp(call: Call): Promise<void>;

  /**
   * Reads sessions, each independently: the results are in the order of the keys, with an error in the place of a session that
   * cannot be read. Expired sessions may be left out or returned: they are checked again.
   */
  read(keys: readonly SessionKey[], call: Call): Promise<readonly (Reading | Error | undefined)[]>;

  /**
   * Stores a session only if no record has its hash, and only if no revocation mark refuses it. A back end that cannot do both
   * at once inserts the session, then reads the mark, and deletes the session again if the mark refuses it.
   */
  insert(session: NewSession, call: Call): Promise<Inserted>;

  /**
   * A use: sets `seenAt`, and moves the expiry to now plus the session's idle time, as `refreshedExpiry` does. The store calls
   * it only when a refresh is due.
   * @param known its header as it was read, which may save a read; or only its key
   * @returns undefined if there is no live session without a `successor`
   */
  refresh(known: SessionKey | SessionHeader, call: Call): Promise<SessionHeader | undefined>;

  /**
   * Changes a live session, and never creates one. It is also a use.
   * @param known its header as it was read, which may save a read; or only its key
   */
  write(known: SessionKey | SessionHeader, change: Change, call: Call): Promise<Written>;

  /** @returns the record, whether it was deleted or not; undefined if there was none */
  remove(key: SessionKey, which: Removable, call: Call): Promise<Removed | undefined>;

  /** All sessions with a user key; expired sessions may be left out or returned. */
  list(userKey: string, call: Call): Promise<HeaderList>;

  /** The current revocation mark, and the time. */
  readRevocationMark(userKey: string, call: Call): Promise<RevocationMarkReading>;

  /**
   * Sets the revocation mark, then deletes every session of the user with another handle than `mark.except`, until a pass finds
   * no session.
   * @returns the deleted sessions
   */
  endAll(
    userKey: string,
    user: string,
    mark: NewRevocationMark,
    call: Call,
  ): Promise<readonly SessionHeader[]>;

  /** A rotation that keeps the user key, in one step; without this method it is done in several steps. */
  rotate?(rotation: Rotation, call: Call): Promise<RotatedInOne>;

  /** The commands that do the same as `setUp` by hand, for applications that have no rights for it. */
  setUpCommands(): string;
}

export type RotatedInOne =
  | { readonly outcome: 'rotated'; readonly header: SessionHeader }
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'conflict' };
