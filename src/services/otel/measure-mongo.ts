import { type Counter, type Histogram, metrics, type UpDownCounter } from '@opentelemetry/api';
import { packageFolder } from '../../errors/package-folder.ts';
import { trackWork } from '../../guard/runtime/tracking/trackers.ts';
import type { WaitReason } from '../../guard/runtime/tracking/work-tracker.ts';
import type { RuleId } from '../../guard/rules/engine/rule-id.ts';
import { processWide } from '../../platform/process-wide.ts';
import type {
  ConnectionState,
  MeasuredOperation,
  MeasuredTransaction,
  Measures,
} from '../metrics/measures.ts';
import { WorkMeter } from '../metrics/work-meter.ts';

/** As the semantic conventions advise for operations, in seconds. */
const seconds = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const attempts = [1, 2, 3, 5, 8, 13, 21];

/** The instruments: by the semantic conventions for database clients where they have a name, else with our own prefix. */
class OtelMeasures implements Measures {
  readonly #meter = metrics.getMeter('session-guard', packageFolder()?.version);
  readonly #operations = this.#histogram(
    'db.client.operation.duration',
    'Duration of database client operations.',
  );
  readonly #connections = this.#upDown(
    'db.client.connection.count',
    '{connection}',
    'The number of connections that are currently in state described by the state attribute.',
  );
  readonly #pending = this.#upDown(
    'db.client.connection.pending_requests',
    '{request}',
    'Operations that wait for a connection.',
  );
  readonly #timeouts = this.#counter(
    'db.client.connection.timeouts',
    '{timeout}',
    'Operations that got no connection in time.',
  );
  readonly #connectionTimes: Readonly<Record<'create' | 'wait' | 'use', Histogram>> = {
    create: this.#histogram('db.client.connection.create_time', 'The time it took to create a connection.'),
    wait: this.#histogram(
      'db.client.connection.wait_time',
      'The time it took to get a connection of the pool.',
    ),
    use: this.#histogram(
      'db.client.connection.use_time',
      'The time between taking a connection and giving it back.',
    ),
  };
  readonly #sessions = this.#upDown(
    'session_guard.sessions.open',
    '{session}',
    'Sessions that were not ended yet.',
  );
  readonly #transactions = this.#histogram(
    'session_guard.transaction.duration',
    'Transactions with all attempts.',
  );
  readonly #attempts = this.#meter.createHistogram('session_guard.transaction.attempts', {
    unit: '{attempt}',
    description: 'Attempts of a transaction.',
    advice: { explicitBucketBoundaries: attempts },
  });
  readonly #retries = this.#counter(
    'session_guard.transaction.retries',
    '{retry}',
    'Attempts after the first, and commits that were sent again.',
  );
  readonly #waits = this.#histogram('session_guard.wait.duration', 'Waits of the guard.');
  readonly #findings = this.#counter('session_guard.findings', '{finding}', 'Each time that a rule reports.');

  #histogram(name: string, description: string): Histogram {
    return this.#meter.createHistogram(name, {
      unit: 's',
      description,
      advice: { explicitBucketBoundaries: seconds },
    });
  }

  #upDown(name: string, unit: string, description: string): UpDownCounter {
    return this.#meter.createUpDownCounter(name, { unit, description });
  }

  #counter(name: string, unit: string, description: string): Counter {
    return this.#meter.createCounter(name, { unit, description });
  }

  sessions(by: number): void {
    this.#sessions.add(by);
  }

  operation({ name, database, collection, seconds: duration, error }: MeasuredOperation): void {
    this.#operations.record(duration, {
      'db.system.name': 'mongodb',
      'db.operation.name': name,
      ...(database !== undefined && { 'db.namespace': database }),
      ...(collection !== undefined && { 'db.collection.name': collection }),
      ...(error !== undefined && { 'error.type': error }),
    });
  }

  transaction({ name, outcome, attempts: count, seconds: duration }: MeasuredTransaction): void {
    const attributes = { 'session_guard.transaction.name': name };
    this.#transactions.record(duration, { ...attributes, 'session_guard.outcome': outcome });
    this.#attempts.record(count, attributes);
  }

  retry(of: 'transaction' | 'commit', reason: string): void {
    this.#retries.add(1, { 'session_guard.retry.of': of, 'session_guard.reason': reason });
  }

  wait(reason: WaitReason, duration: number): void {
    this.#waits.record(duration, { 'session_guard.wait.for': reason });
  }

  finding(rule: RuleId, severity: 'warn' | 'error'): void {
    this.#findings.add(1, { 'session_guard.finding.rule': rule, 'session_guard.finding.severity': severity });
  }

  connections(pool: string, state: ConnectionState, by: number): void {
    this.#connections.add(by, { ...poolOf(pool), 'db.client.connection.state': state });
  }

  pending(pool: string, by: number): void {
    this.#pending.add(by, poolOf(pool));
  }

  timeout(pool: string): void {
    this.#timeouts.add(1, poolOf(pool));
  }

  connectionTime(pool: string, of: 'create' | 'wait' | 'use', duration: number): void {
    this.#connectionTimes[of].record(duration, poolOf(pool));
  }
}

function poolOf(pool: string) {
  return { 'db.system.name': 'mongodb', 'db.client.connection.pool.name': pool };
}

/** Of the process: a second call replaces the first, so that nothing is counted twice. */
const current = processWide<{ stop?: () => void }>('otel metrics', () => ({}));

/**
 * Measures all guarded clients of the process with OpenTelemetry: `db.client.operation.duration` and `db.client.connection.*` of
 * the semantic conventions, and sessions, transactions, waits and findings as `session_guard.*`. Call it when the SDK has been
 * started, and before the first client connects. A second call replaces the first.
 * @returns a function that ends it
 * @example
 * ```ts
 * import { measureMongo } from 'session-guard/otel';
 *
 * const stop = measureMongo();
 * await orders.insertOne({ sku: 'tea' });
 * stop();
 * ```
 */
export function measureMongo(): () => void {
  current.stop?.();
  const meter = new WorkMeter(new OtelMeasures(), () => true);
  const off = trackWork(meter);
  const stop = () => {
    off();
    meter.stop();
  };
  current.stop = stop;
  return stop;
}
