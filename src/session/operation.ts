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

/** Reads that wait for data without end. */
export type TailKind = 'change stream' | 'tailable cursor';

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
  /** Of a read in a transaction, if it is another one than `primary`: the driver refuses it. */
  readonly readPreference?: string | undefined;
  /** The requests or jobs that it was begun in, innermost first; absent outside of any. */
  readonly scopes?: readonly number[] | undefined;
  /** True for what nobody can await: a stream's own read-ahead, clean-up by the driver. Drained, never reported. */
  readonly quiet: boolean;
}
