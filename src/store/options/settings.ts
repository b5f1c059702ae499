import type { RefreshRule } from '../sessions/refresh-due.ts';

/** The options of a store, checked and in milliseconds. */
export interface StoreSettings {
  readonly idleMS: number;
  readonly refresh: RefreshRule;
  readonly absoluteMS: number;
  readonly lastSeenEveryMS: number;
  readonly timeoutMS: number;
  readonly updateTimeoutMS: number;
  readonly maxPerUser: number | undefined;
  /** How large the data of a session may be. */
  readonly maxBytes: number;
  /** How long a fence stands at least: longer than any session and any log-in takes. */
  readonly fenceMS: number;
}
