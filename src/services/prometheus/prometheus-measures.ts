import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type {
  ConnectionState,
  MeasuredOperation,
  MeasuredTransaction,
  Measures,
} from '../metrics/measures.ts';
import type { WaitReason } from '../../guard/runtime/tracking/work-tracker.ts';
import type { RuleId } from '../../guard/rules/engine/rule-id.ts';

/** From a command in memory to a time-out, in seconds. */
const operationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Up to the time limit of the driver's own loop. */
const transactionBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
const attemptBuckets = [1, 2, 3, 5, 8, 13, 21];

/** The metrics in a registry of prom-client. `WorkMeter` gives the values of labels, and bounds them. */
export class PrometheusMeasures implements Measures {
  readonly #sessions: Gauge;
  readonly #started: Counter;
  readonly #operations: Histogram<'operation' | 'outcome'>;
  readonly #transactions: Histogram<'transaction' | 'outcome'>;
  readonly #attempts: Histogram<'transaction'>;
  readonly #retries: Counter<'of' | 'reason'>;
  readonly #waits: Histogram<'for'>;
  readonly #findings: Counter<'rule' | 'severity'>;
  readonly #connections: Gauge<'pool' | 'state'>;
  readonly #pending: Gauge<'pool'>;
  readonly #timeouts: Counter<'pool'>;
  readonly #connectionTimes: Histogram<'pool' | 'of'>;

  constructor(registry: Registry) {
    const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
      new Gauge({ name: `session_guard_${name}`, help, labelNames, registers: [registry] });
    const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
      new Counter({ name: `session_guard_${name}`, help, labelNames, registers: [registry] });
    const histogram = <L extends string>(name: string, help: string, buckets: number[], labelNames: L[]) =>
      new Histogram({ name: `session_guard_${name}`, help, buckets, labelNames, registers: [registry] });

    this.#sessions = gauge(
      'sessions_open',
      'Sessions of the driver that the program has started and not ended.',
    );
    this.#started = counter('sessions_started_total', 'Sessions of the driver that the program has started.');
    this.#operations = histogram(
      'operation_duration_seconds',
      'Operations with their waits and retries.',
      operationBuckets,
      ['operation', 'outcome'],
    );
    this.#transactions = histogram(
      'transaction_duration_seconds',
      'Transactions with all their attempts.',
      transactionBuckets,
      ['transaction', 'outcome'],
    );
    this.#attempts = histogram('transaction_attempts', 'Attempts of a transaction.', attemptBuckets, [
      'transaction',
    ]);
    this.#retries = counter(
      'transaction_retries_total',
      'Attempts after the first, and commits that were sent again.',
      ['of', 'reason'],
    );
    this.#waits = histogram('wait_duration_seconds', 'Waits of the guard.', transactionBuckets, ['for']);
    this.#findings = counter('findings_total', 'Findings, each time that a rule reports.', [
      'rule',
      'severity',
    ]);
    this.#connections = gauge('pool_connections', 'Open connections of a pool.', ['pool', 'state']);
    this.#pending = gauge('pool_pending_requests', 'Operations that wait for a connection.', ['pool']);
    this.#timeouts = counter('pool_timeouts_total', 'Operations that got no connection in time.', ['pool']);
    this.#connectionTimes = histogram(
      'pool_duration_seconds',
      'How long it took to create a connection, to wait for one, and to use one.',
      operationBuckets,
      ['pool', 'of'],
    );
  }

  sessions(by: number): void {
    this.#sessions.inc(by);
    if (by > 0) this.#started.inc(by);
  }

  operation({ name, error, seconds }: MeasuredOperation): void {
    this.#operations.observe({ operation: name, outcome: error === undefined ? 'ok' : 'error' }, seconds);
  }

  transaction({ name, outcome, attempts, seconds }: MeasuredTransaction): void {
    this.#transactions.observe({ transaction: name, outcome }, seconds);
    this.#attempts.observe({ transaction: name }, attempts);
  }

  retry(of: 'transaction' | 'commit', reason: string): void {
    this.#retries.inc({ of, reason });
  }

  wait(reason: WaitReason, seconds: number): void {
    this.#waits.observe({ for: reason }, seconds);
  }

  finding(rule: RuleId, severity: 'warn' | 'error'): void {
    this.#findings.inc({ rule, severity });
  }

  connections(pool: string, state: ConnectionState, by: number): void {
    this.#connections.inc({ pool, state }, by);
  }

  pending(pool: string, by: number): void {
    this.#pending.inc({ pool }, by);
  }

  timeout(pool: string): void {
    this.#timeouts.inc({ pool });
  }

  connectionTime(pool: string, of: 'create' | 'wait' | 'use', seconds: number): void {
    this.#connectionTimes.observe({ pool, of }, seconds);
  }
}
