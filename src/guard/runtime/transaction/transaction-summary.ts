import type { ErrorSummary } from '../../events/operation.ts';
import type { RequestContext } from '../../events/request-context.ts';

/**
 * What became of a transaction with all its attempts, of a transaction runner or by hand: plain data for users. It is not an event for
 * rules, because the events of its attempts say the same.
 */
export interface TransactionSummary {
  readonly v: 1;
  readonly type: 'transaction.ended';
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  readonly client: number;
  readonly session: number;
  /** `unknown`: a commit was sent, and nobody knows whether it was done. */
  readonly outcome: 'committed' | 'aborted' | 'unknown';
  /**
   * Why it was not committed. `error`: its callback or its commit was rejected; `stopped`: by `timeoutMS` or `signal` of `withTxn`;
   * `abort`: `abortTransaction` was called; `session ended`: its session was ended before. Absent if it was committed.
   */
  readonly reason?: 'error' | 'stopped' | 'abort' | 'session ended';
  /** Name, code and labels of the error that its caller got, or of the first operation that failed in it; never a message. */
  readonly error?: ErrorSummary;
  /** How often its callback ran; 1 for a transaction by hand. */
  readonly attempts: number;
  /** From its start to its end, with all attempts and waits between them. */
  readonly durationMS: number;
  /** The `name` of `withTxn`. */
  readonly name?: string;
  /** The request or job in which its session was started. */
  readonly context?: RequestContext;
}
