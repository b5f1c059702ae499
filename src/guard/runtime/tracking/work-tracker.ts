import type { MongoClient } from 'mongodb';
import type { Finding } from '../../findings/finding.ts';

/** A client, when a tracker hears of it. */
export interface TrackedClient {
  readonly client: MongoClient;
  /** Makes the driver emit its command events (`commandStarted`, …), also on connections that are open already. */
  monitorCommands(): void;
  /**
   * What a file of the driver exports that has made the client (`'./cmap/connection.js'`), or a package that it uses
   * (`'bson'`); undefined if the driver is bundled, or has no such file.
   */
  driverFile(file: string): unknown;
}

/** An operation of the driver that begins: one call of its API, with all its retries. */
export interface TrackedOperation {
  readonly client: MongoClient;
  /** The name of the operation in MongoDB's specifications: `insert`, `findAndModify`, `createCollection`, … */
  readonly name: string;
  /** `admin` for the operations that end a transaction. */
  readonly database: string | undefined;
  /** Absent for operations of a database or of the server. */
  readonly collection: string | undefined;
  /** What this tracker has returned for the transaction of the operation. */
  readonly transaction: TransactionTrack | undefined;
}

/** A transaction that begins. For `withTransaction` and `withTxn` all attempts are one transaction. */
export interface TrackedTransaction {
  readonly client: MongoClient;
  /** `runner`: by `withTransaction` or `withTxn`; `user`: by `startTransaction`. */
  readonly by: 'runner' | 'user';
  /** The name that was given to `withTxn`. */
  readonly name: string | undefined;
}

/**
 * Why something has waited. `queue`: operations of one session take turns; `limiter`: for other transactions that would
 * conflict; `turn`: for `serializeBy`; `drain`: for operations that the callback has not awaited.
 */
export type WaitReason = 'queue' | 'limiter' | 'turn' | 'drain';

export interface Wait {
  readonly for: WaitReason;
  /** In milliseconds. */
  readonly durationMS: number;
  /** For a drain: what it has waited for, as `insert shop.orders`. */
  readonly operations?: readonly string[] | undefined;
}

/** Follows one operation. */
export interface OperationTrack {
  /** Calls the driver, at once and once, and returns what `send` returns: for an async context around the operation. */
  run?<T>(send: () => T): T;
  waited?(wait: Wait): void;
  /** @param failure absent if it has succeeded */
  ended(failure?: Failed): void;
}

export interface Failed {
  readonly error: unknown;
}

/** A new attempt of a transaction, or a commit that is sent again. */
export interface Retry {
  readonly of: 'transaction' | 'commit';
  /** The number of the attempt that begins, or goes on. */
  readonly attempt: number;
  /** Why: the error of the attempt, or commit, before. */
  readonly error: unknown;
}

/** `unknown`: the answer to the commit is not known. */
export type TransactionOutcome = 'committed' | 'aborted' | 'unknown';

/** Follows one transaction. */
export interface TransactionTrack {
  /** Calls `withTransaction` of the driver, at once and once; not for a transaction by `startTransaction`. */
  run?<T>(loop: () => T): T;
  retried?(retry: Retry): void;
  waited?(wait: Wait): void;
  /** Once. A call of `withTxn` that was stopped has ended, also while its callback still runs. */
  ended(end: TransactionEnd): void;
}

export interface TransactionEnd {
  readonly outcome: TransactionOutcome;
  /** At least 1, and 0 if the first attempt did not begin. */
  readonly attempts: number;
  /** With what the call was rejected, or what has failed before the abort. */
  readonly failure: Failed | undefined;
}

/** Follows one session that the program has started. */
export interface SessionTrack {
  ended(): void;
}

/** What a finding is about, as far as it is followed. */
export interface FindingSubject {
  readonly client: MongoClient | undefined;
  /** What this tracker has returned for the operation, or the transaction, at fault, while it is running. */
  readonly operation: OperationTrack | undefined;
  readonly transaction: TransactionTrack | undefined;
}

/**
 * Follows the work of all guarded clients of the process, as it happens: managers, and clients under the preload. Each method
 * is called synchronously, in the async context of the work, and must be quick; a method that throws is contained, and the
 * tracker is removed.
 */
export interface WorkTracker {
  /** Before the client's first work that is followed. */
  client?(client: TrackedClient): void;
  session?(session: { readonly client: MongoClient }): SessionTrack | undefined;
  operation?(operation: TrackedOperation): OperationTrack | undefined;
  transaction?(transaction: TrackedTransaction): TransactionTrack | undefined;
  /** Each time that a rule reports, also at a place that was reported before. */
  finding?(finding: Finding, subject: FindingSubject): void;
}
