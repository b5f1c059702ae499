import type { ClientGuard } from '../guard/client-guard.ts';

/** A snapshot of one manager. */
export interface ManagerStats {
  readonly sessionsStarted: number;
  readonly sessionsEnded: number;
  readonly sessionsOpen: number;
  readonly operationsInFlight: number;
  readonly transactionsCommitted: number;
  /** Transactions that were given up; not the attempts of one that was committed later. */
  readonly transactionsAborted: number;
  /** Attempts after the first. */
  readonly transactionsRetried: number;
  /** Callbacks of `withSession` and `withTxn` that are running. */
  readonly callbacksRunning: number;
  /** How often each rule has fired. */
  readonly findings: Readonly<Record<string, number>>;
}

export function statsOf(guard: ClientGuard): ManagerStats {
  const sessions = guard.sessions();
  return {
    ...guard.counters,
    sessionsOpen: sessions.length,
    operationsInFlight: sessions.reduce((sum, session) => sum + session.openOperations.size, 0),
    callbacksRunning: guard.callbacks.size,
    findings: guard.reporter.counts(),
  };
}
