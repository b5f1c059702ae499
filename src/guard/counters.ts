/** What `stats()` counts, since the client was guarded. */
export interface Counters {
  sessionsStarted: number;
  sessionsEnded: number;
  transactionsCommitted: number;
  transactionsAborted: number;
  transactionsRetried: number;
}

export function newCounters(): Counters {
  return {
    sessionsStarted: 0,
    sessionsEnded: 0,
    transactionsCommitted: 0,
    transactionsAborted: 0,
    transactionsRetried: 0,
  };
}
