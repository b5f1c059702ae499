import type { Base } from './event-base.ts';
import type { Operation, Site } from './operation.ts';

/** What a client was doing when it was closed. */
export interface WorkInFlight {
  readonly operations: readonly string[];
  readonly callbacks: number;
  /** `close` was called from inside one of the callbacks that it would have to wait for. */
  readonly fromInside: boolean;
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
  /** Operations, change streams and cursors without a session of the user's, as a person would name them. */
  readonly implicit?: readonly string[];
  /** How many more connections are in use. */
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
