/**
 * The events that everything else is made of: plain, versioned data, without driver objects, session ids of the server or
 * document content. What happens in the driver becomes an event in `instrument/`; rules and sinks see nothing but events.
 */

/** Where something was called. The text is formatted only when somebody reads it: capturing is cheap, formatting is not. */
export interface Site {
  readonly stack?: string | undefined;
  /** Where the user called the library (mongoose) that the code at this site serves. Never written to a trace. */
  readonly via?: Site | undefined;
}

/** What may be said of an error: never its message, which can hold document content (E11000 quotes the key). */
export interface ErrorSummary {
  readonly name: string;
  readonly code?: number | string;
  readonly codeName?: string;
  readonly labels: readonly string[];
  /** False for an error of the client's own validation, which reached no server. */
  readonly reachedServer: boolean;
}

/**
 * `composite` issues other operations on the same session one after the other (a bulk write); `batch` is one of those;
 * `helper` is a joined `withTxn`; `tail` waits on the server for data that may never come (change stream, tailable cursor).
 */
export type OperationKind =
  | 'read'
  | 'write'
  | 'command'
  | 'getMore'
  | 'tail'
  | 'killCursors'
  | 'composite'
  | 'batch'
  | 'helper'
  | 'commit'
  | 'abort';

export interface Operation {
  readonly id: number;
  /** The command's name as the server knows it: `insert`, `find`, `commitTransaction`, … */
  readonly command: string;
  readonly kind: OperationKind;
  /** `database.collection`, where the operation has one. */
  readonly namespace?: string | undefined;
  readonly at: number;
  readonly site?: Site | undefined;
  readonly inTransaction: boolean;
  /** A write outside a transaction that the driver may send again, under a transaction number of its own. */
  readonly retryable?: boolean;
  /** A write of write concern 0, which the driver refuses to send with a session. */
  readonly unacknowledged?: boolean;
  /** The requests or jobs that it was begun in, innermost first; absent outside of any. */
  readonly scopes?: readonly number[] | undefined;
  /** True for what nobody can await: a stream's own read-ahead, clean-up by the driver. Drained, never reported. */
  readonly quiet: boolean;
}

/** Who called: the user's own code, a helper (`withTxn`, `withTransaction`, `withSession`), or a closing client. */
export type Caller = 'user' | 'helper' | 'close';

/** What a client was doing when it was closed. */
export interface WorkInFlight {
  readonly operations: readonly string[];
  readonly callbacks: number;
  /** `close` was called from inside one of the callbacks that it would have to wait for. */
  readonly fromInside: boolean;
}

interface Base {
  readonly v: 1;
  /** Milliseconds of a monotonic clock. */
  readonly at: number;
  readonly client: number;
  readonly site?: Site | undefined;
}

interface OfSession extends Base {
  readonly session: number;
}

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
  readonly error?: ErrorSummary | undefined;
  /** It failed on a standalone server, which was not known when it was begun. */
  readonly standalone?: boolean;
}
/** An operation without a session, begun in the async scope of a transaction (whose session is named). */
export interface OperationEscaped extends OfSession {
  readonly type: 'operation.escaped';
  readonly operation: Operation;
  /** What was called takes no session (GridFS): nobody could have passed one. */
  readonly sessionless?: boolean;
}
export interface TransactionStarted extends OfSession {
  readonly type: 'transaction.started';
  readonly by: Caller;
  /** The deployment is known to be a standalone server, which has no transactions. */
  readonly standalone: boolean;
  readonly scopes?: readonly number[] | undefined;
  /** The `w` of the write concern that somebody has set for its commit; undefined for the server's default. */
  readonly w?: number | string | undefined;
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
/** The options of a client that rules speak of, in the driver's terms and with its defaults filled in. */
export interface ClientConfig {
  readonly socketTimeoutMS: number;
  readonly serverSelectionTimeoutMS: number;
  readonly waitQueueTimeoutMS: number;
  readonly maxPoolSize: number;
  readonly minPoolSize: number;
  readonly maxIdleTimeMS: number;
  readonly retryWrites: boolean;
}

/** A client connects for the first time. Its site is where it was made, as far as that was seen. */
export interface ClientConnecting extends Base {
  readonly type: 'client.connecting';
  readonly madeAtMS: number;
  /** Equal for clients of the same deployment with the same options. */
  readonly kin: number;
  /** The requests or jobs that it was made in, innermost first; absent outside of any, and where that is not known. */
  readonly scopes?: readonly number[] | undefined;
  /** A test runner runs the program: it makes clients as it pleases. */
  readonly underTest: boolean;
  readonly config: ClientConfig;
}
/** A client has connected, for the first time or again. */
export interface ClientConnected extends Base {
  readonly type: 'client.connected';
  /** After how many idle minutes the servers drop a session; undefined where they have none. */
  readonly sessionTimeoutMinutes?: number | undefined;
}
/**
 * `operation`: any but those that only look after a server; `query`: one that can run longer than the client's
 * socketTimeoutMS; `retryable write`: a write that the driver would send again, if the client's options let it; `reopened
 * connection`: one that had to be opened since others were closed for being idle.
 */
export type ClientUse = 'operation' | 'query' | 'retryable write' | 'reopened connection';

/** A connected client whose options are not the driver's defaults is used for the first time in a way that they matter for. */
export interface ClientUsed extends Base {
  readonly type: 'client.used';
  readonly use: ClientUse;
  readonly config: ClientConfig;
  readonly sessionTimeoutMinutes?: number | undefined;
  /** Where the client was made. */
  readonly madeAt?: Site | undefined;
}
/** What has the connections of a pool while others wait for one. */
export interface PoolHolders {
  /** Operations of explicit sessions, the oldest first. */
  readonly operations: readonly Operation[];
  /** How many more connections are in use: by operations without a session. */
  readonly others: number;
}
/** An operation had to wait for a connection, since all that the pool may have were in use. */
export interface PoolWaited extends Base {
  readonly type: 'pool.waited';
  /** Without the time in which connections were still being opened; where it timed out, all of the time. */
  readonly waitedMS: number;
  readonly timedOut: boolean;
  readonly config: ClientConfig;
  /** How many others waited at the same time. */
  readonly waiting: number;
  readonly holders: PoolHolders;
  /** Where the client was made. */
  readonly madeAt?: Site | undefined;
}
export interface ClientClosing extends Base {
  readonly type: 'client.closing';
  readonly work: WorkInFlight;
  /** The requests or jobs that it is closed in, innermost first. */
  readonly scopes?: readonly number[] | undefined;
}
export interface ClientClosed extends Base {
  readonly type: 'client.closed';
  /** What was still running when the grace was over. */
  readonly cutOff: readonly string[];
  readonly afterMS: number;
}
/** An operation on a client that the application has closed. */
export interface ClientUsedAfterClose extends Base {
  readonly type: 'client.usedAfterClose';
  readonly operation: Operation;
  readonly closeSite?: Site | undefined;
}
export interface ClockTicked extends Base {
  readonly type: 'clock.ticked';
}

export type SessionGuardEvent =
  | SessionStarted
  | SessionEnding
  | SessionEnded
  | SessionKept
  | SessionAdvanced
  | OperationRequested
  | OperationSettled
  | OperationEscaped
  | TransactionStarted
  | TransactionEnding
  | TransactionCommitted
  | TransactionAborted
  | TransactionFailed
  | TransactionRetried
  | CallbackEntered
  | CallbackReturned
  | DrainExceeded
  | CursorOpened
  | CursorClosed
  | ScopeLeft
  | ClientConnecting
  | ClientConnected
  | ClientUsed
  | PoolWaited
  | ClientClosing
  | ClientClosed
  | ClientUsedAfterClose
  | ClockTicked;

export type EventType = SessionGuardEvent['type'];
export type EventOf<T extends EventType> = Extract<SessionGuardEvent, { readonly type: T }>;
