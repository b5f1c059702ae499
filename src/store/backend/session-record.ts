/** The place of a session in the store. The id itself is never stored, and cannot be computed from it. */
export interface SessionKey {
  /**
   * 12 characters that all sessions of one user share, computed from the user with a secret; random if there is no user. It is
   * the Redis slot, the DynamoDB partition, the MongoDB shard key.
   */
  readonly userKey: string;
  /** SHA-256 of the id, base64url, 43 characters. */
  readonly hash: string;
}

export function sameKey(a: SessionKey, b: SessionKey): boolean {
  return a.hash === b.hash && a.userKey === b.userKey;
}

/** The stored data of a session: the text of each top-level field (JSON, or encrypted). Any name is possible. */
export type Fields = ReadonlyMap<string, string>;

/** A stored session without its data. Times are milliseconds since 1970 by the clock of the store. */
export interface SessionHeader extends SessionKey {
  readonly user: string | undefined;
  /** Public name of the session in lists; a rotation keeps it. */
  readonly handle: string;
  readonly createdAt: number;
  /** When it got its current id, if it had another id before. */
  readonly renewedAt: number | undefined;
  readonly authenticatedAt: number | undefined;
  /** The epoch of the user's revocation mark when the log-in began; empty if there was no mark. */
  readonly epoch: string;
  /** How long it lives without use, in milliseconds; 0 for an alias, which only leads to its `successor`. */
  readonly idleMS: number;
  /** The session has expired from this millisecond on. Never after `absoluteEnd`. */
  readonly expiresAt: number;
  readonly absoluteEnd: number;
  /** The last write or refresh. */
  readonly seenAt: number;
  readonly device: string | undefined;
  /** It starts with a random number of 48 bits and grows by one with each write; a refresh does not change it. */
  readonly version: number;
  /**
   * The session to which this session was rotated, or of which it is an alias. A session with a `successor` is never written
   * again.
   */
  readonly successor: SessionKey | undefined;
}

export interface SessionRecord extends SessionHeader {
  readonly fields: Fields;
}

/**
 * A session that is not stored yet. It has durations where the record has times, so that a store with its own clock can use
 * that clock.
 */
export interface NewSession extends SessionKey {
  readonly user: string | undefined;
  readonly handle: string;
  /** A time if the session was created under another id, and gets this id now. */
  readonly createdAt: number | 'now';
  readonly authenticatedAt: number | 'now' | undefined;
  readonly epoch: string;
  readonly idleMS: number;
  /** Until its first expiry, in milliseconds. */
  readonly expiresInMS: number;
  /** Its absolute end: a number of milliseconds from now, or a time of the store's clock. */
  readonly absoluteEnd: { readonly inMS: number } | { readonly at: number };
  readonly device: string | undefined;
  readonly version: number;
  readonly successor: SessionKey | undefined;
  readonly fields: Fields;
}
