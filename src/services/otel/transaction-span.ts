import {
  type Context,
  context,
  createContextKey,
  type Span,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { Finding } from '../../guard/findings/finding.ts';
import type {
  Retry,
  TrackedTransaction,
  TransactionEnd,
  TransactionTrack,
  Wait,
} from '../../guard/runtime/tracking/work-tracker.ts';
import { isTransientError } from '../../guard/events/server-codes.ts';
import { reasonOf, serverCodeOf } from '../error-facts.ts';
import { writeFailure } from './exceptions.ts';
import type { Tracing } from './options.ts';
import { addFinding, addWait } from './span-events.ts';

const key = createContextKey('session-guard transaction');

/** The span of one transaction, from its start to its commit or abort, over all attempts. */
export class TransactionSpan implements TransactionTrack {
  readonly #span: Span;
  readonly #context: Context;
  readonly #by: TrackedTransaction['by'];
  readonly #name: string | undefined;
  readonly #tracing: Tracing;

  constructor(tracer: Tracer, { by, name }: TrackedTransaction, tracing: Tracing) {
    this.#by = by;
    this.#name = name;
    this.#tracing = tracing;
    const parent = context.active();
    // The specification allows no other attribute here.
    const attributes = { 'db.system.name': 'mongodb' };
    this.#span = tracer.startSpan('transaction', { kind: SpanKind.CLIENT, attributes }, parent);
    this.#context = trace.setSpan(parent, this.#span).setValue(key, this);
  }

  get isTraced(): boolean {
    return trace.isSpanContextValid(this.#span.spanContext());
  }

  /** The callback runs in the context of the transaction, so that spans of its code are inside, too. */
  run<T>(loop: () => T): T {
    return context.with(this.#context, loop);
  }

  /** A span of the user's own inside the transaction, if the operation is called in one; otherwise the transaction. */
  parentOfOperation(active: Context): Context {
    return active.getValue(key) === this ? active : this.#context;
  }

  /** True if the runner tries again after this error of an operation. */
  isRetried(error: unknown): boolean {
    return this.#by === 'runner' && isTransientError(error);
  }

  retried({ of, attempt, error }: Retry): void {
    const code = serverCodeOf(error);
    this.#span.addEvent('session_guard.retry', {
      'session_guard.retry.of': of,
      'session_guard.attempt': attempt,
      'session_guard.reason': reasonOf(error),
      ...(code !== undefined && { 'db.response.status_code': code }),
    });
  }

  waited({ for: reason, durationMS, operations }: Wait): void {
    addWait(this.#span, reason, durationMS, operations);
  }

  addFinding(finding: Finding): void {
    addFinding(this.#span, finding);
  }

  ended({ outcome, attempts, failure }: TransactionEnd): void {
    this.#span.addEvent('session_guard.transaction.end', {
      'session_guard.outcome': outcome,
      'session_guard.attempts': attempts,
      ...(this.#name !== undefined && { 'session_guard.transaction.name': this.#name }),
    });
    if (failure !== undefined) writeFailure(this.#span, failure.error, this.#tracing.queryTextMaxLength > 0);
    this.#span.end();
  }
}
