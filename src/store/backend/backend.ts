import type { Change, Written } from './change.ts';
import type { Fence, FenceReading, NewFence } from './fence.ts';
import type { SessionKey } from './session-key.ts';
import type { NewSession, SessionHeader, SessionRecord } from './session-record.ts';

/** How long a back end may take for one call. */
export interface Call {
  /** Aborted at the deadline: what is not sent yet must then leave the queue of its client. */
  readonly signal: AbortSignal;
}

export interface Reading {
  readonly record: SessionRecord;
  /** The latest that the time can be by the store's clock, so that a doubt counts as expired. */
  readonly now: number;
}

export interface HeaderList {
  readonly headers: readonly SessionHeader[];
  /** As of `Reading`. */
  readonly now: number;
}

/**
 * Which sessions a removal takes away. `'without next'`: one that has a `next` stays where it is, and is only told. What it has
 * become has to end first: once it is gone, nobody knows any more what else has to end.
 */
export type Removable = 'without next' | 'any';

export interface Removed {
  readonly header: SessionHeader;
  /** False if it was over already. */
  readonly live: boolean;
}

export type Inserted =
  | { readonly outcome: 'created'; readonly header: SessionHeader }
  /** There is something with this hash, whatever it is. */
  | { readonly outcome: 'taken' }
  /** The fence that stands keeps it out: nothing is left of it. */
  | { readonly outcome: 'fenced'; readonly fence: Fence };

export interface Rotation {
  readonly from: SessionKey;
  readonly to: NewSession;
  /** Only from this version. */
  readonly ifVersion: number;
  /** How long the old session still points to the new one, in milliseconds, as `Change.endsInMS`; 0: it is removed. */
  readonly graceMS: number;
}

/**
 * Where sessions are kept. Each method is atomic for one session, and rejects when it cannot tell: it never answers "none"
 * because of a failure. What the contract suite of `session-guard/testing/store` passes is a back end.
 */
export interface SessionBackend {
  /** As it stands in messages, such as `'Redis'`. */
  readonly name: string;

  /**
   * While fewer reads than this are under way, the next one goes out at once; above it those of one turn of the event loop go
   * together. More where a request costs little, as on Redis.
   * @default 1
   */
  readonly readsAtOnce?: number | undefined;

  /** Makes what is needed (tables, indexes), or checks what is there. Called before the first other call, until it succeeds. */
  setUp(call: Call): Promise<void>;

  /**
   * Reads sessions, each on its own: the answers are in the order of the keys, and one that cannot be read is an error in its
   * place. What is over may be left out or given: it is checked once more.
   */
  read(keys: readonly SessionKey[], call: Call): Promise<readonly (Reading | Error | undefined)[]>;

  /**
   * Stores a session only if nothing has its hash, and only if no fence keeps it out. A back end that cannot do both at once
   * inserts, then reads the fence, and withdraws.
   */
  insert(session: NewSession, call: Call): Promise<Inserted>;

  /**
   * A use: sets `seenAt`, and moves the expiry to the session's idle time from now, as `refreshedExpiry` does. The store asks for
   * it only when it is due.
   * @param known its header as it was read, which may spare a look; or its key alone
   * @returns undefined if there is no live session without a `next`
   */
  refresh(known: SessionKey | SessionHeader, call: Call): Promise<SessionHeader | undefined>;

  /**
   * Changes a live session, and never makes one. It is a use, too.
   * @param known its header as it was read, which may spare a look; or its key alone
   */
  write(known: SessionKey | SessionHeader, change: Change, call: Call): Promise<Written>;

  /** @returns what was there, whether it was removed or is only told; undefined if there was nothing */
  remove(key: SessionKey, which: Removable, call: Call): Promise<Removed | undefined>;

  /** All sessions of a tag; those that are over may be left out or given. */
  list(tag: string, call: Call): Promise<HeaderList>;

  /** The fence that stands, and the time. */
  readFence(tag: string, call: Call): Promise<FenceReading>;

  /**
   * Raises the fence, then removes every session of the user with another handle than `fence.except`, until a pass finds none.
   * @returns those that were removed
   */
  endAll(tag: string, user: string, fence: NewFence, call: Call): Promise<readonly SessionHeader[]>;

  /** A rotation within one tag in one step; without it, it is done in several. */
  rotate?(rotation: Rotation, call: Call): Promise<RotatedInOne>;

  /** The commands that do by hand what `setUp` does, for those whose application may not. */
  setUpCommands(): string;
}

export type RotatedInOne =
  | { readonly outcome: 'rotated'; readonly header: SessionHeader }
  | { readonly outcome: 'ended' }
  | { readonly outcome: 'conflict' };
