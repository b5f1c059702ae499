import type { StoreKeys } from './keys.ts';

export interface SessionStoreOptions {
  /** The secrets: those for user keys, and data keys where `encrypt` is on. Each at least 32 bytes. */
  readonly keys: StoreKeys;
  /**
   * How long a session lives without use, in seconds, more than 0, at most 100 years.
   * @default 1800
   */
  readonly idleSeconds?: number | undefined;
  /**
   * How many seconds after its last move a read moves the expiry again, 0 or more, less than `idleSeconds`; so most reads write
   * nothing. A write always moves it. After its last use a session lives at least `idleSeconds − refreshEverySeconds`. A
   * session whose own idle time is not longer than this uses the default.
   * @default a sixth of the session's own idle time, at most 300
   */
  readonly refreshEverySeconds?: number | undefined;
  /**
   * Instead of `refreshEverySeconds`: a read moves the expiry only if less than this is left, in seconds, 0 to `idleSeconds`.
   * It writes less often, and guarantees less: a session may end this long after its last use. With 300, and an idle time of
   * 1800, a visitor who comes every 6 minutes is logged out after half an hour.
   * @default none
   */
  readonly refreshBelowSeconds?: number | undefined;
  /**
   * When a session ends, however often it is used, in seconds from its creation, at least `idleSeconds`, at most 100 years.
   * @default 2592000 (30 days), or `idleSeconds` if that is more
   */
  readonly absoluteSeconds?: number | undefined;
  /**
   * "Last seen" in lists is the time of the last write or refresh. With this option a read also writes it if it is older than
   * this, in seconds, 1 or more.
   * @default none
   */
  readonly lastSeenEverySeconds?: number | undefined;
  /**
   * How many sessions a user may have; a log-in above it ends the session whose log-in, or last authentication,
   * is the oldest. A whole number, 1 or more.
   * @default none
   */
  readonly maxPerUser?: number | undefined;
  /**
   * The size limit for the data of a session, in bytes of its JSON with the names of the fields, 1 or more, or `Infinity`.
   * Larger data is refused with `ERR_SESSION_GUARD_STORE_TOO_LARGE` before it is sent.
   * @default 1048576 (1 MiB); DynamoDB takes 400 KB, MongoDB 16 MB
   */
  readonly maxBytes?: number | undefined;
  /**
   * Whether the data is encrypted before it is stored: AES-256-GCM, field by field, with `keys.data`. Names of fields, the user
   * and the device are not encrypted. `'from-now-on'` can also read sessions that were stored before: use it for
   * `absoluteSeconds`, then set `true`.
   * @default false
   */
  readonly encrypt?: boolean | 'from-now-on' | undefined;
  /**
   * Whether the reads of one turn of the event loop are sent to the server as one request.
   * @default true
   */
  readonly coalesce?: boolean | undefined;
  /**
   * The time limit of a request to the server, in milliseconds, 10 or more. A call sends one or a few requests, one after
   * another.
   * @default 2000
   */
  readonly timeoutMS?: number | undefined;
  /**
   * How long `update`, `rotate`, and `patch` with `conflict: 'error'` try again while others change the same session, in
   * milliseconds, 10 or more.
   * @default 10000
   */
  readonly updateTimeoutMS?: number | undefined;
  /**
   * Whether the first use creates or checks the indexes or the table of the back end. Set `false` if the application has no
   * rights for it: then run the commands of `setUpCommands()`.
   * @default true
   */
  readonly setUp?: boolean | undefined;
}
