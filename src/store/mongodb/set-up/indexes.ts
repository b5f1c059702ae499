/** Both are looked for by their keys; the names are those of the ones that are made here. */
export const indexes = {
  /** Cleans up, at some time; whether a session is over is never left to it. */
  expiry: { key: { e: 1 }, name: 'session_guard_expiry', expireAfterSeconds: 0 },
  /** The sessions of a user. Without the expiry: what a refresh moves in an index is missed by who reads along it. */
  user: { key: { t: 1, u: 1 }, name: 'session_guard_user' },
} as const;
