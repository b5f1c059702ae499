import type { StoreKeys } from './keys.ts';

export interface SessionStoreOptions {
  /** The secrets: a list of tag keys, and data keys where `encrypt` is on. Each at least 32 bytes. */
  readonly keys: StoreKeys;
  /**
   * How long a session lives without use, in seconds, more than 0, at most 100 years.
   * @default 1800
   */
  readonly idleSeconds?: number | undefined;
  /**
   * A read moves the expiry only when it was last moved so many seconds ago, 0 or more, less than `idleSeconds`; so most reads
   * write nothing. A write always moves it. After its last use a session lives at least `idleSeconds − refreshEverySeconds`. A
   * session whose own idle time is no longer than this has the default.
   * @default a sixth of the session's own idle time, at most 300
   */
  readonly refreshEverySeconds?: number | undefined;
  /**
   * In place of `refreshEverySeconds`: a read moves the expiry only when less than this is left, in seconds, 0 to `idleSeconds`. It
   * writes less, and promises less: after its last use a session may live no longer than this. With 300, and an idle time of 1800,
   * a visitor who comes every 6 minutes is logged out after half an hour.
   * @default none
   */
  readonly refreshBelowSeconds?: number | undefined;
  /**
   * When a session ends however much it is used, in seconds from its creation, at least `idleSeconds`, at most 100 years.
   * @default 2592000 (30 days)
   */
  readonly absoluteSeconds?: number | undefined;
  /**
   * "Last seen" in lists is the last write or refresh. With this a read writes it too when it is older, in seconds, 1 or more.
   * @default none
   */
  readonly lastSeenEverySeconds?: number | undefined;
  /**
   * How many sessions a user may have; a log-in above it ends the oldest. A whole number, 1 or more.
   * @default none
   */
  readonly maxPerUser?: number | undefined;
  /**
   * How large the data of a session may be, in bytes of their JSON and the names of their fields, 1 or more, or `Infinity`. More is
   * refused with `ERR_SESSION_GUARD_STORE_TOO_LARGE` before it is sent.
   * @default 1048576 (1 MiB); DynamoDB takes 400 KB, MongoDB 16 MB
   */
  readonly maxBytes?: number | undefined;
  /**
   * Whether the data are sealed before they are stored: AES-256-GCM, field by field, with `keys.data`. Names of fields, the
   * user and the device are not. `'from-now-on'` also reads what was stored before it was switched on: set it for the time of
   * `absoluteSeconds`, then `true`.
   * @default false
   */
  readonly encrypt?: boolean | 'from-now-on' | undefined;
  /**
   * Whether the reads of one turn of the event loop go to the server as one.
   * @default true
   */
  readonly coalesce?: boolean | undefined;
  /**
   * After how long a request to the server is given up, in milliseconds, 10 or more. A call is one to a few of them, one after
   * another.
   * @default 2000
   */
  readonly timeoutMS?: number | undefined;
  /**
   * After how long `update`, `rotate`, and `patch` with `conflict: 'error'` give up against others who change the same session, in
   * milliseconds, 10 or more.
   * @default 10000
   */
  readonly updateTimeoutMS?: number | undefined;
  /**
   * Whether the first use makes or checks what the back end needs: indexes, a table. `false` where the application may not:
   * then run what `setUpCommands()` gives.
   * @default true
   */
  readonly setUp?: boolean | undefined;
}
