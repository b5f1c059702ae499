import type { RequestContext } from './request-context.ts';
import type { Base, Caller, OfSession } from './event-base.ts';
import type { ErrorSummary, Operation, Site, TailKind } from './operation.ts';

export interface SessionStarted extends OfSession {
  readonly type: 'session.started';
  readonly by: Caller;
  readonly scope?: number | undefined;
  /** The requests or jobs in which it was started, innermost first; absent outside any request. */
  readonly scopes?: readonly number[] | undefined;
  /** Guarantees in the options of the session that an operation without a session would not have. */
  readonly asks?: 'snapshot' | 'causal consistency' | undefined;
  /** It was started before its client was guarded: the transactions that it has had until now are not known. */
  readonly historyUnknown?: true | undefined;
}

export interface SessionEnding extends OfSession {
  readonly type: 'session.ending';
  /** Called inside the callback of a transaction runner that runs on the session. */
  readonly inside: boolean;
  /** The operations in flight that should have been awaited; without the operations inside which the call is made. */
  readonly pending: readonly Operation[];
  readonly by: Caller;
}

export interface SessionEnded extends OfSession {
  readonly type: 'session.ended';
  readonly by: Caller;
}

/** The user has marked the session with `keep`: it is meant to live long. */
export interface SessionKept extends OfSession {
  readonly type: 'session.kept';
}

/** The test or the request that started the session is over, and has left it open. */
export interface SessionLeft extends OfSession {
  readonly type: 'session.left';
  /** A request is over, and the session is ended now; absent for a test, none of whose code is left that could end it. */
  readonly of?: 'request';
}

/** Before its first operation the session got a time after which it must read. */
export interface SessionAdvanced extends OfSession {
  readonly type: 'session.advanced';
}

export interface OperationRequested extends OfSession {
  readonly type: 'operation.requested';
  readonly operation: Operation;
  /** The session belongs to another client than the operation's. */
  readonly foreign: boolean;
  /** The operation was started by an attempt of a transaction that is over. */
  readonly attemptOver: boolean;
}

export interface OperationSettled extends OfSession {
  readonly type: 'operation.settled';
  readonly operation: number;
  /** When its turn came in the queue of its transaction; absent if it did not wait. */
  readonly sentAt?: number | undefined;
  readonly error?: ErrorSummary | undefined;
  /** It failed on a standalone server, and the type of the server was not known when it was started. */
  readonly standalone?: boolean;
}

/** An operation of a transaction conflicts with another transaction. This event comes before the operation settles. */
export interface OperationConflicted extends OfSession {
  readonly type: 'operation.conflicted';
  readonly operation: Operation;
  /** Equal for operations on the same documents, if the documents are known. */
  readonly documents?: number | undefined;
  /** Where the other transaction was started, if it is an outer transaction that waits for this one. */
  readonly holder?: Site | undefined;
  /** The session of that outer transaction. */
  readonly holderSession?: number | undefined;
}

/**
 * An operation without a session, started in the async scope of a transaction (`session` is the session of that transaction).
 */
export interface OperationEscaped extends OfSession {
  readonly type: 'operation.escaped';
  readonly operation: Operation;
  /** The called method takes no session (GridFS), so the user could not pass one. */
  readonly sessionless?: boolean;
  /** The writing stage of an aggregation, for which a transaction refuses the aggregation. */
  readonly stage?: '$out' | '$merge' | undefined;
}

/** A drain reached its time limit with these operations still in flight. */
export interface DrainExceeded extends OfSession {
  readonly type: 'drain.exceeded';
  readonly pending: readonly Operation[];
  readonly afterMS: number;
}

export interface CursorOpened extends OfSession {
  readonly type: 'cursor.opened';
  readonly cursor: string;
  readonly operation: Operation;
  /** Set if it waits for data without an end, and so never ends by itself. */
  readonly tail?: TailKind | undefined;
}

export interface CursorClosed extends OfSession {
  readonly type: 'cursor.closed';
  readonly cursor: string;
}

export interface ScopeLeft extends Base {
  readonly type: 'scope.left';
  readonly scope: number;
  /** The number of the newest scope at that time: scopes with higher numbers were entered later. */
  readonly newest?: number | undefined;
  /** What was known of the request or job at its end. */
  readonly request?: RequestContext | undefined;
}

export interface ClockTicked extends Base {
  readonly type: 'clock.ticked';
  /** How long in total the process got no processor time although it had work to do. */
  readonly starvedMS?: number | undefined;
}

/** The changes of a document that a save or a deletion sends; the names of fields, never their values. */
export interface DocumentChanges {
  /** The whole document, as a new one. */
  readonly inserted: boolean;
  readonly deleted: boolean;
  /** The fields of an update. A key that is data, such as that of a map, is a number: `readBy.#1`. */
  readonly paths: readonly string[];
}

/** A library's document (mongoose) is saved or deleted in a transaction of the session. */
export interface DocumentSaved extends OfSession {
  readonly type: 'document.saved';
  /** The same number is the same object in memory. */
  readonly document: number;
  readonly model: string;
  readonly sends: DocumentChanges;
  /** Changes that an earlier save in a transaction has sent: unchanged in memory since, so this save does not send them. */
  readonly leavesOut: DocumentChanges;
}
