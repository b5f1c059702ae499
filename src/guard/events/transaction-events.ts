import type { Caller, OfSession } from './event-base.ts';
import type { ErrorSummary, Operation, Site } from './operation.ts';

export interface TransactionStarted extends OfSession {
  readonly type: 'transaction.started';
  readonly by: Caller;
  /** The deployment is known to be a standalone server, which does not support transactions. */
  readonly standalone: boolean;
  readonly scopes?: readonly number[] | undefined;
  /** The `w` of the write concern that was set for its commit; undefined for the server's default. */
  readonly w?: number | string | undefined;
  /** For a manual transaction: the session of the previous transaction that the same run of code has started and left. */
  readonly follows?: number | undefined;
  /** The read preference of its reads, unless a read sets another one: `primary`, `secondary`, … */
  readonly readPreference?: string | undefined;
  /** The line of the program that has started a manual transaction, to compare transactions by their lines. */
  readonly line?: string | undefined;
}

/**
 * `startTransaction` was called while a commit or abort of the session's last transaction was in flight: this call has started
 * no transaction.
 */
export interface TransactionOverlapped extends OfSession {
  readonly type: 'transaction.overlapped';
  readonly as: 'commit' | 'abort';
}

export interface TransactionEnding extends OfSession {
  readonly type: 'transaction.ending';
  readonly as: 'commit' | 'abort';
  readonly by: Caller;
  readonly pending: readonly Operation[];
}

export interface TransactionCommitted extends OfSession {
  readonly type: 'transaction.committed';
  readonly by: Caller;
  /**
   * Set if it was committed by itself while the callback of another transaction on this client was awaiting it: where that
   * transaction started.
   */
  readonly inside?: Site | undefined;
}

export interface TransactionAborted extends OfSession {
  readonly type: 'transaction.aborted';
  readonly by: Caller;
}

/** A commit that was rejected. */
export interface TransactionFailed extends OfSession {
  readonly type: 'transaction.failed';
  readonly by: Caller;
  readonly error: ErrorSummary;
}

export interface TransactionRetried extends OfSession {
  readonly type: 'transaction.retried';
  readonly attempt: number;
}

/** A transaction runner calls the user's callback. */
export interface CallbackEntered extends OfSession {
  readonly type: 'callback.entered';
  /** The option `name` of `withTxn`. */
  readonly name?: string | undefined;
}

/** The user's callback of a transaction runner has returned. */
export interface CallbackReturned extends OfSession {
  readonly type: 'callback.returned';
  readonly pending: readonly Operation[];
  readonly error?: ErrorSummary | undefined;
  /** The operation with whose error the callback was rejected, if it was an operation of the transaction. */
  readonly errorOf?: Operation | undefined;
  /** The error is, or leads to (`cause`, `errors`, …), a transient error of an operation of the transaction. */
  readonly linked?: boolean | undefined;
}
