import type { DriverClient } from '../driver/copies/driver-types.ts';
import { demandObservation } from '../runtime/process/on-demand.ts';
import { countersOfAll, observedClients } from '../runtime/process/observed-clients.ts';
import { shared } from '../runtime/process/shared-state.ts';
import { type ManagerStats, statsOf } from './stats.ts';

/** A snapshot of the whole process: of every client that is observed, with or without a manager. */
export interface ProcessStats extends ManagerStats {
  /** Clients that are connected. */
  readonly clientsConnected: number;
}

/**
 * What `manager.stats()` is for one client, for the whole process: every client of a driver that is observed, because a manager
 * was made or the preload runs. It sends nothing. The sessions and transactions of clients that are gone stay counted. Under the
 * preload with all rules off, observation begins with the first call that asks for it: what was open or connected by then is
 * counted from its next use on.
 * @example
 * ```ts
 * import { processStats } from 'session-guard';
 *
 * await mongo.withTxn(session => orders.insertOne({ _id: 'order-20' }, { session }));
 * const { transactionsOpen, pool } = processStats();
 * console.log(transactionsOpen, pool.waiting); // → 0 0
 * ```
 */
export function processStats(): ProcessStats {
  demandObservation();
  // An adopted client had another guard before, whose sessions it has taken over.
  const current = [...observedClients()].filter(({ client, guard }) => shared.guards.get(client) === guard);
  const clients = current.map(({ client }) => client as DriverClient);
  const all = current.map(({ guard, client }) => statsOf(guard, client as DriverClient));
  const reporters = new Set([shared.reporter, ...current.map(({ guard }) => guard.reporter)]);
  const sum = (of: (stats: ManagerStats) => number) => all.reduce((total, stats) => total + of(stats), 0);
  return {
    ...countersOfAll(),
    clientsConnected: clients.filter(({ topology }) => topology != null).length,
    sessionsOpen: sum(stats => stats.sessionsOpen),
    operationsInFlight: sum(stats => stats.operationsInFlight),
    transactionsOpen: sum(stats => stats.transactionsOpen),
    attemptsHeldBack: sum(stats => stats.attemptsHeldBack),
    attemptsWaiting: sum(stats => stats.attemptsWaiting),
    callsWaiting: sum(stats => stats.callsWaiting),
    callbacksRunning: sum(stats => stats.callbacksRunning),
    pool: {
      checkedOut: sum(({ pool }) => pool.checkedOut),
      available: sum(({ pool }) => pool.available),
      waiting: sum(({ pool }) => pool.waiting),
    },
    findings: findingsOf([...reporters].map(reporter => reporter.counts())),
  };
}

function findingsOf(counts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const findings: Record<string, number> = {};
  for (const [rule, count] of counts.flatMap(one => Object.entries(one)))
    findings[rule] = (findings[rule] ?? 0) + count;
  return findings;
}
