import type { Base } from './event-base.ts';
import type { Operation, Site } from './operation.ts';

/** The work of a client when it was closed. */
export interface WorkInFlight {
  readonly operations: readonly string[];
  readonly callbacks: number;
  /** `close` was called inside one of the callbacks that it would have to wait for. */
  readonly fromInside: boolean;
}

/** The options of a client that rules check, in the driver's terms and with its defaults filled in. */
export interface ClientConfig {
  readonly socketTimeoutMS: number;
  readonly serverSelectionTimeoutMS: number;
  readonly waitQueueTimeoutMS: number;
  readonly maxPoolSize: number;
  readonly minPoolSize: number;
  readonly maxIdleTimeMS: number;
  readonly retryWrites: boolean;
}

/** A client connects for the first time. Its site is the place where it was created, if that was observed. */
export interface ClientConnecting extends Base {
  readonly type: 'client.connecting';
  readonly madeAtMS: number;
  /** Equal for clients of the same deployment with the same options. */
  readonly deploymentKey: number;
  /** The requests or jobs in which it was created, innermost first; absent outside any request, and if it is not known. */
  readonly scopes?: readonly number[] | undefined;
  /** A test runner runs the program: tests create many clients on purpose. */
  readonly underTest: boolean;
  readonly config: ClientConfig;
}

/** A client has connected, for the first time or again. */
export interface ClientConnected extends Base {
  readonly type: 'client.connected';
  /** After how many idle minutes the servers drop a session; undefined if they have no time-out. */
  readonly sessionTimeoutMinutes?: number | undefined;
}

/**
 * `operation`: any operation except health checks; `query`: a query that can run longer than the client's socketTimeoutMS;
 * `retryable write`: a write that the driver would send again, if the client's options allowed it; `reopened connection`: a
 * connection that was opened because idle connections had been closed.
 */
export type ClientUse = 'operation' | 'query' | 'retryable write' | 'reopened connection';

/**
 * A connected client whose options are not the driver's defaults is used for the first time in a way for which these options
 * matter.
 */
export interface ClientUsed extends Base {
  readonly type: 'client.used';
  readonly use: ClientUse;
  readonly config: ClientConfig;
  readonly sessionTimeoutMinutes?: number | undefined;
  /** Where the client was made. */
  readonly madeAt?: Site | undefined;
}

/** The holders of a pool's connections while an operation waits. */
export interface PoolHolders {
  /** Operations of explicit sessions, the oldest first. */
  readonly operations: readonly Operation[];
  /** Operations, change streams and cursors without an explicit session, as readable text. */
  readonly implicit?: readonly string[];
  /** How many more connections are in use. */
  readonly others: number;
}

/** An operation had to wait for a connection, because all connections of the pool were in use. */
export interface PoolWaited extends Base {
  readonly type: 'pool.waited';
  /** Without the time in which connections were being opened; if the wait timed out, the whole time. */
  readonly waitedMS: number;
  readonly timedOut: boolean;
  readonly config: ClientConfig;
  /** How many others waited at the same time. */
  readonly waiting: number;
  readonly holders: PoolHolders;
  /** Where the client was made. */
  readonly madeAt?: Site | undefined;
}

/**
 * A network error that the driver gave back without the label that the specifications ask for: a call on a connection of
 * an older generation of its pool.
 */
export interface NetworkErrorUnlabelled extends Base {
  readonly type: 'network.unlabelled';
  readonly label: RetryLabel;
  /** Under protection the label was added. */
  readonly added: boolean;
}

/** What makes a caller of the driver, or the driver itself, try again. */
export type RetryLabel = 'TransientTransactionError' | 'RetryableWriteError';

export interface ClientClosing extends Base {
  readonly type: 'client.closing';
  readonly work: WorkInFlight;
  /** The requests or jobs in which it is closed, innermost first. */
  readonly scopes?: readonly number[] | undefined;
}

export interface ClientClosed extends Base {
  readonly type: 'client.closed';
  /** The work that was still running at the end of the grace period. */
  readonly cutOff: readonly string[];
  readonly afterMS: number;
}

/** An operation on a client that the application has closed. */
export interface ClientUsedAfterClose extends Base {
  readonly type: 'client.usedAfterClose';
  readonly operation: Operation;
  readonly closeSite?: Site | undefined;
}
