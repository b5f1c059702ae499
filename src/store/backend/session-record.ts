import type { SessionKey } from './session-key.ts';

/** The data of a session as it is stored: the text of each top-level field (JSON, or sealed). Any name is possible. */
export type Fields = ReadonlyMap<string, string>;

/** All of a stored session but its data. Times are milliseconds since 1970 by the clock of the store. */
export interface SessionHeader extends SessionKey {
  readonly user: string | undefined;
  /** Public name of the session in lists; a rotation keeps it. */
  readonly handle: string;
  readonly createdAt: number;
  readonly authenticatedAt: number | undefined;
  /** That of the user's fence when the log-in began; empty when there was none. */
  readonly generation: string;
  /** How long it lives without use, in milliseconds; 0 for what only points to its `next`. */
  readonly idleMS: number;
  /** The session is over from this millisecond on. Never after `absoluteEnd`. */
  readonly expiresAt: number;
  readonly absoluteEnd: number;
  /** The last write or refresh. */
  readonly seenAt: number;
  readonly device: string | undefined;
  /** A random number of 48 bits at first, one more with each write; a refresh leaves it. */
  readonly version: number;
  /** The session that this one has become, or only points to. What has a `next` is never written again. */
  readonly next: SessionKey | undefined;
}

export interface SessionRecord extends SessionHeader {
  readonly fields: Fields;
}

/**
 * A session that is not stored yet. It has durations where the record has times, so that a store with a clock of its own
 * can use that one.
 */
export interface NewSession extends SessionKey {
  readonly user: string | undefined;
  readonly handle: string;
  readonly createdAt: number | 'now';
  readonly authenticatedAt: number | 'now' | undefined;
  readonly generation: string;
  readonly idleMS: number;
  /** Until its first expiry, in milliseconds. */
  readonly expiresInMS: number;
  /** Its absolute end: so many milliseconds from now, or at a time of the store's clock. */
  readonly absoluteEnd: { readonly inMS: number } | { readonly at: number };
  readonly device: string | undefined;
  readonly version: number;
  readonly next: SessionKey | undefined;
  readonly fields: Fields;
}
