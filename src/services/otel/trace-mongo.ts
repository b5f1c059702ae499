import { trace } from '@opentelemetry/api';
import type { MongoClient } from 'mongodb';
import type { Finding } from '../../guard/findings/finding.ts';
import { packageFolder } from '../../errors/package-folder.ts';
import { trackWork } from '../../guard/runtime/tracking/trackers.ts';
import type {
  FindingSubject,
  TrackedClient,
  TrackedOperation,
  TrackedTransaction,
  WorkTracker,
} from '../../guard/runtime/tracking/work-tracker.ts';
import { traceCommands } from './command-spans.ts';
import { OperationSpan } from './operation-span.ts';
import { processWide } from '../../platform/process-wide.ts';
import { checkTracing, type Tracing, type TracingOptions, tracingOf } from './options.ts';
import { addFinding } from './span-events.ts';
import { TransactionSpan } from './transaction-span.ts';

/** What is kept of a client. */
interface Traced {
  readonly tracked: TrackedClient;
  readonly tracing: Tracing;
  /** Set when its commands are traced. */
  stop?: () => void;
}

/** Makes the spans of all guarded clients. */
class MongoTracer implements WorkTracker {
  readonly #options: TracingOptions;
  readonly #tracer = trace.getTracer('session-guard', packageFolder()?.version);
  readonly #clients = new WeakMap<MongoClient, Traced>();
  readonly #stops = new Set<WeakRef<Traced>>();

  constructor(options: TracingOptions) {
    this.#options = options;
  }

  client(tracked: TrackedClient): void {
    this.#clients.set(tracked.client, { tracked, tracing: tracingOf(tracked.client, this.#options) });
  }

  operation(operation: TrackedOperation): OperationSpan | undefined {
    const traced = this.#clients.get(operation.client);
    if (traced?.tracing.enabled !== true) return undefined;
    const { transaction } = operation;
    const inside = transaction instanceof TransactionSpan ? transaction : undefined;
    const span = new OperationSpan(this.#tracer, operation, inside, traced.tracing);
    // No SDK is there: nothing is followed, and the driver emits no events.
    if (!span.isTraced) return undefined;
    this.#traceCommands(traced);
    return span;
  }

  transaction(transaction: TrackedTransaction): TransactionSpan | undefined {
    const tracing = this.#clients.get(transaction.client)?.tracing;
    if (tracing?.enabled !== true) return undefined;
    const span = new TransactionSpan(this.#tracer, transaction, tracing);
    return span.isTraced ? span : undefined;
  }

  /** On the operation at fault, else on its transaction, else where the program is. */
  finding(finding: Finding, { operation, transaction, client }: FindingSubject): void {
    if (operation instanceof OperationSpan) return operation.addFinding(finding);
    if (transaction instanceof TransactionSpan) return transaction.addFinding(finding);
    const isOff = client !== undefined && this.#clients.get(client)?.tracing.enabled === false;
    const active = trace.getActiveSpan();
    if (!isOff && active !== undefined) addFinding(active, finding);
  }

  stop(): void {
    for (const one of this.#stops) one.deref()?.stop?.();
    this.#stops.clear();
  }

  #traceCommands(traced: Traced): void {
    if (traced.stop !== undefined) return;
    traced.stop = traceCommands(this.#tracer, traced.tracked);
    this.#stops.add(new WeakRef(traced));
  }
}

/** Of the process: a second call replaces the first, so that no operation has two spans. */
const current = processWide<{ stop?: () => void }>('otel traces', () => ({}));

/**
 * Traces every guarded client of the process, as MongoDB's OpenTelemetry specification for drivers says: a span for each
 * operation with all its retries, spans for its commands inside, and a span around each transaction with all its attempts.
 * Without an OpenTelemetry SDK in the process nothing is traced. A second call replaces the first.
 * @param options for all clients; the environment, and `setTracing`, have the last word
 * @returns a function that ends it
 * @throws SessionGuardError for an option that cannot work
 * @example
 * ```ts
 * import { traceMongo } from 'session-guard/otel';
 *
 * const stop = traceMongo();
 * await orders.insertOne({ sku: 'tea' });
 * stop();
 * ```
 */
export function traceMongo(options: TracingOptions = {}): () => void {
  checkTracing(options, 'traceMongo');
  current.stop?.();
  const tracer = new MongoTracer(options);
  const off = trackWork(tracer);
  const stop = () => {
    off();
    tracer.stop();
  };
  current.stop = stop;
  return stop;
}
