import {
  type Context,
  context,
  createContextKey,
  type Span,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type {
  Failed,
  OperationTrack,
  TrackedOperation,
  Wait,
} from '../../guard/runtime/tracking/work-tracker.ts';
import type { Finding } from '../../guard/findings/finding.ts';
import { markFailed, writeException } from './exceptions.ts';
import type { Tracing } from './options.ts';
import { addFinding, addWait } from './span-events.ts';
import type { TransactionSpan } from './transaction-span.ts';

const key = createContextKey('session-guard operation');

/** The operation in whose context the current code of the driver runs. */
export function currentOperation(): OperationSpan | undefined {
  const value = context.active().getValue(key);
  return value instanceof OperationSpan ? value : undefined;
}

function callersContext(): Context {
  return currentOperation()?.contextAfter ?? context.active();
}

/** The span of one operation, with all commands that it sends. */
export class OperationSpan implements OperationTrack {
  readonly tracing: Tracing;
  /** In it the driver runs. */
  readonly context: Context;
  readonly #span: Span;
  readonly #parent: Context;
  #isOver = false;
  readonly #transaction: TransactionSpan | undefined;
  /** Its last command, if that has failed: whether that was the end is known when the operation ends. */
  #failedCommand: { readonly span: Span; readonly error: unknown; readonly endedAt: number } | undefined;
  #checkOutAt: number | undefined;

  constructor(
    tracer: Tracer,
    { name, database, collection }: TrackedOperation,
    transaction: TransactionSpan | undefined,
    tracing: Tracing,
  ) {
    this.tracing = tracing;
    this.#transaction = transaction;
    const target = collection === undefined ? database : `${database}.${collection}`;
    const summary = target === undefined ? name : `${name} ${target}`;
    const parent = transaction?.parentOfOperation(callersContext()) ?? callersContext();
    this.#parent = parent;
    const attributes = {
      'db.system.name': 'mongodb',
      'db.namespace': database,
      'db.collection.name': collection,
      'db.operation.name': name,
      'db.operation.summary': summary,
    };
    this.#span = tracer.startSpan(summary, { kind: SpanKind.CLIENT, attributes }, parent);
    this.context = trace.setSpan(parent, this.#span).setValue(key, this);
  }

  get isTraced(): boolean {
    return trace.isSpanContextValid(this.#span.spanContext());
  }

  run<T>(send: () => T): T {
    return context.with(this.context, send);
  }

  waited(wait: Wait): void {
    addWait(this.#span, wait.for, wait.durationMS);
  }

  addFinding(finding: Finding): void {
    addFinding(this.#span, finding);
  }

  /** It asks a pool for a connection. */
  asksForConnection(): void {
    this.#checkOutAt = performance.now();
  }

  /** It has got one, or has not. */
  hasConnection(): void {
    if (this.#checkOutAt === undefined) return;
    const waitedMS = performance.now() - this.#checkOutAt;
    this.#checkOutAt = undefined;
    if (waitedMS >= 1) addWait(this.#span, 'connection', waitedMS);
  }

  /** Its next command begins: an earlier one that has failed was not the end. */
  commandBegins(): void {
    this.hasConnection();
    this.#endFailedCommand(false);
  }

  commandFailed(span: Span, error: unknown): void {
    this.#failedCommand = { span, error, endedAt: Date.now() };
  }

  /** The context in which the program runs, where this one is over: the callbacks of old drivers go on in it. */
  get contextAfter(): Context {
    return this.#isOver ? this.#parent : context.active();
  }

  ended(failure?: Failed): void {
    this.#isOver = true;
    this.hasConnection();
    const isRetried = failure !== undefined && this.#transaction?.isRetried(failure.error) === true;
    const isFailure = failure !== undefined && !isRetried;
    this.#endFailedCommand(isFailure);
    const { queryTextMaxLength } = this.tracing;
    if (failure !== undefined) writeException(this.#span, failure.error, queryTextMaxLength > 0, isFailure);
    this.#span.end();
  }

  #endFailedCommand(isFailure: boolean): void {
    const failed = this.#failedCommand;
    if (failed === undefined) return;
    this.#failedCommand = undefined;
    if (isFailure) markFailed(failed.span, failed.error);
    failed.span.end(failed.endedAt);
  }
}
