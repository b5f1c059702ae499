import type { Caller, OfSession } from './event-base.ts';
import type { ErrorSummary, Operation, Site } from './operation.ts';

export interface TransactionStarted extends OfSession {
  readonly type: 'transaction.started';
  readonly by: Caller;
  /** The deployment is known to be a standalone server, which has no transactions. */
  readonly standalone: boolean;
  readonly scopes?: readonly number[] | undefined;
  /** The `w` of the write concern that somebody has set for its commit; undefined for the server's default. */
  readonly w?: number | string | undefined;
  /** By hand: the session of the transaction that the same run of code has started before, and left. */
  readonly follows?: number | undefined;
  /** The read preference that its reads get unless they ask for another one: `primary`, `secondary`, … */
  readonly readPreference?: string | undefined;
  /** The line of the program that has started it by hand, to tell whether two are the same. */
  readonly line?: string | undefined;
}

/** `startTransaction` was called while the session's last transaction was on its way to its end: none has begun by it. */
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
  /** Committed on its own while the callback of another transaction on this client was awaiting it: where that one started. */
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

/** A transaction helper calls the user's callback. */
export interface CallbackEntered extends OfSession {
  readonly type: 'callback.entered';
}

/** The user's callback of a transaction helper has returned. */
export interface CallbackReturned extends OfSession {
  readonly type: 'callback.returned';
  readonly pending: readonly Operation[];
  readonly error?: ErrorSummary | undefined;
  /** The operation whose error the callback was rejected with, if it was one of the transaction's own. */
  readonly errorOf?: Operation | undefined;
  /** The error is, or leads to (`cause`, `errors`, …), a transient one that an operation of the transaction was rejected with. */
  readonly linked?: boolean | undefined;
}
