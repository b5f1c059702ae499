import type { Base, Caller, OfSession } from './event-base.ts';
import type { ErrorSummary, Operation, Site, TailKind } from './operation.ts';

export interface SessionStarted extends OfSession {
  readonly type: 'session.started';
  readonly by: Caller;
  readonly scope?: number | undefined;
  /** The requests or jobs that it was started in, innermost first; absent outside of any. */
  readonly scopes?: readonly number[] | undefined;
  /** What the options of the session ask for that an operation without a session would not have. */
  readonly asks?: 'snapshot' | 'causal consistency' | undefined;
}

export interface SessionEnding extends OfSession {
  readonly type: 'session.ending';
  /** Called from inside the callback of a helper that runs on the session. */
  readonly inside: boolean;
  /** What is in flight and should have been awaited; not what the call itself is made from inside of. */
  readonly pending: readonly Operation[];
  readonly by: Caller;
}

export interface SessionEnded extends OfSession {
  readonly type: 'session.ended';
  readonly by: Caller;
}

/** The user has said that the session is meant to live long. */
export interface SessionKept extends OfSession {
  readonly type: 'session.kept';
}

/** The test that started the session is over, and nothing that could end the session is left of it. */
export interface SessionLeft extends OfSession {
  readonly type: 'session.left';
}

/** Before its first operation the session was told of a time that it must read after. */
export interface SessionAdvanced extends OfSession {
  readonly type: 'session.advanced';
}

export interface OperationRequested extends OfSession {
  readonly type: 'operation.requested';
  readonly operation: Operation;
  /** The session belongs to another client than the operation's. */
  readonly foreign: boolean;
  /** The operation was begun by an attempt of a transaction that is over. */
  readonly attemptOver: boolean;
}

export interface OperationSettled extends OfSession {
  readonly type: 'operation.settled';
  readonly operation: number;
  /** When its turn came in the queue of its transaction; absent where it did not wait for one. */
  readonly sentAt?: number | undefined;
  readonly error?: ErrorSummary | undefined;
  /** It failed on a standalone server, which was not known when it was begun. */
  readonly standalone?: boolean;
}

/** An operation of a transaction has met another transaction: told before it settles. */
export interface OperationConflicted extends OfSession {
  readonly type: 'operation.conflicted';
  readonly operation: Operation;
  /** Equal for operations on the same documents, where that is known. */
  readonly documents?: number | undefined;
  /** The other one is around this one and waits for it: where it was started. */
  readonly holder?: Site | undefined;
  /** The session of that one. */
  readonly holderSession?: number | undefined;
}

/** An operation without a session, begun in the async scope of a transaction (whose session is named). */
export interface OperationEscaped extends OfSession {
  readonly type: 'operation.escaped';
  readonly operation: Operation;
  /** What was called takes no session (GridFS): nobody could have passed one. */
  readonly sessionless?: boolean;
  /** The stage that writes, of an aggregation that a transaction refuses for it. */
  readonly stage?: '$out' | '$merge' | undefined;
}

/** A drain ran into its limit with these operations still in flight. */
export interface DrainExceeded extends OfSession {
  readonly type: 'drain.exceeded';
  readonly pending: readonly Operation[];
  readonly afterMS: number;
}

export interface CursorOpened extends OfSession {
  readonly type: 'cursor.opened';
  readonly cursor: string;
  readonly operation: Operation;
  /** It waits for data without end, and so never comes to one. */
  readonly tail?: TailKind | undefined;
}

export interface CursorClosed extends OfSession {
  readonly type: 'cursor.closed';
  readonly cursor: string;
}

export interface ScopeLeft extends Base {
  readonly type: 'scope.left';
  readonly scope: number;
  /** The newest scope then: those with higher numbers were entered later. */
  readonly newest?: number | undefined;
}

export interface ClockTicked extends Base {
  readonly type: 'clock.ticked';
  /** How long the process did not get to run though it had something to do, in all. */
  readonly starvedMS?: number | undefined;
}
