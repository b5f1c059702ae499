import { type PoolStats, poolStatsOf } from '../driver/client/pool-stats.ts';
import { type SessionRecord, transactionRuns } from '../events/record.ts';
import type { ClientGuard } from '../runtime/client/client-guard.ts';
import type { DriverClient } from '../driver/copies/driver-types.ts';

/** A snapshot of one manager. */
export interface ManagerStats {
  readonly sessionsStarted: number;
  readonly sessionsEnded: number;
  readonly sessionsOpen: number;
  readonly operationsInFlight: number;
  /** Transactions that were started and are neither committed nor aborted. */
  readonly transactionsOpen: number;
  readonly transactionsCommitted: number;
  /** Transactions that were not committed in the end; not the failed attempts of a transaction that was committed later. */
  readonly transactionsAborted: number;
  /** Attempts after the first. */
  readonly transactionsRetried: number;
  /** Network errors to which a missing label was added, so that the driver tries again. */
  readonly networkErrorsLabelled: number;
  /** Attempts that waited for others, because transactions of their name had conflicted. */
  readonly attemptsHeldBack: number;
  /** Attempts that wait for others now, for the same reason. */
  readonly attemptsWaiting: number;
  /** Calls of `withTxn` that wait for others with the same key of `serializeBy`. */
  readonly callsWaiting: number;
  /** Callbacks of `withSession` and `withTxn` that are running. */
  readonly callbacksRunning: number;
  /** The connections to all servers together. */
  readonly pool: PoolStats;
  /** How often each rule has fired. */
  readonly findings: Readonly<Record<string, number>>;
}

export function statsOf(guard: ClientGuard, client: DriverClient): ManagerStats {
  const sessions = guard.sessions();
  return {
    ...guard.counters,
    sessionsOpen: sessions.length,
    operationsInFlight: sessions.reduce((sum, session) => sum + operationsOf(session), 0),
    transactionsOpen: sessions.filter(transactionRuns).length,
    attemptsHeldBack: guard.contention.waits,
    attemptsWaiting: guard.contention.waiting,
    callsWaiting: guard.turns.waiting,
    callbacksRunning: guard.callbacks.size,
    pool: poolStatsOf(client),
    findings: guard.reporter.counts(),
  };
}

/** The runner of a transaction is none, and a bulk write is one, whatever the number of its batches. */
function operationsOf({ openOperations }: SessionRecord): number {
  return [...openOperations.values()].filter(({ kind }) => kind !== 'runner' && kind !== 'batch').length;
}

/** The form in which a manager is printed and written as JSON. It has no client, because the client has the credentials. */
export interface ManagerSummary {
  readonly hosts: readonly string[];
  readonly database: string;
  readonly closed: boolean;
  readonly stats: ManagerStats;
}

export function describeManager(
  { options }: DriverClient,
  closed: boolean,
  stats: ManagerStats,
): ManagerSummary {
  const { srvHost, hosts = [], dbName } = options ?? {};
  return {
    hosts: typeof srvHost === 'string' ? [srvHost] : hosts.map(String),
    database: typeof dbName === 'string' ? dbName : '',
    closed,
    stats,
  };
}
