import { clock } from '../../platform/time/clock.ts';
import { nextId } from '../../platform/process-wide.ts';

/** The place of a call. The text is formatted only when it is read: capturing is cheap, formatting is not. */
export interface Site {
  readonly stack?: string | undefined;
  /** Where the user called the library (mongoose) that led to this site. Never written to a trace. */
  readonly via?: Site | undefined;
}

/** The public facts of an error: never its message, which can contain document content (E11000 quotes the key). */
export interface ErrorSummary {
  readonly name: string;
  readonly code?: number | string;
  readonly codeName?: string;
  readonly labels: readonly string[];
  /** False for an error of the client's own validation, which reached no server. */
  readonly reachedServer: boolean;
}

/**
 * `composite` sends other operations on the same session, one after another (a bulk write); `batch` is one of those operations;
 * `runner` is a joined `withTxn`; `tail` waits on the server for data that may never come (change stream, tailable cursor).
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
  | 'runner'
  | 'commit'
  | 'abort';

/** Reads that wait for data without an end. */
export type TailKind = 'change stream' | 'tailable cursor';

export interface Operation {
  readonly id: number;
  /** The command's name as the server knows it: `insert`, `find`, `commitTransaction`, … */
  readonly command: string;
  readonly kind: OperationKind;
  /** `database.collection`, if the operation has one. */
  readonly namespace?: string | undefined;
  readonly at: number;
  readonly site?: Site | undefined;
  readonly inTransaction: boolean;
  /** A write outside a transaction that the driver may send again, with its own transaction number. */
  readonly retryable?: boolean;
  /** A write with write concern 0, which the driver refuses to send with a session. */
  readonly unacknowledged?: boolean;
  /** The read preference of a read in a transaction, if it is not `primary`: the driver refuses such a read. */
  readonly readPreference?: string | undefined;
  /** The requests or jobs in which it was started, innermost first; absent outside any request. */
  readonly scopes?: readonly number[] | undefined;
  /**
   * True for operations that nobody can await: a stream's read-ahead, clean-up by the driver. The drain waits for them; they
   * are never reported.
   */
  readonly quiet: boolean;
}

/** A call around commands: while nothing else is in flight, the server waits. */
export function isAround({ kind }: Operation): boolean {
  return kind === 'runner' || kind === 'commit' || kind === 'abort';
}

/** The kind of an operation by its command; all others are plain commands. */
export const commandKinds: Readonly<Record<string, OperationKind>> = {
  find: 'read',
  aggregate: 'read',
  distinct: 'read',
  insert: 'write',
  update: 'write',
  delete: 'write',
  findAndModify: 'write',
  findandmodify: 'write',
  bulkWrite: 'write',
  getMore: 'getMore',
  killCursors: 'killCursors',
};

export type NewOperation = Omit<Operation, 'id' | 'at' | 'quiet'>;

/** An operation that begins now, in one shape for all operations that are not a single command of a session. */
export function newOperation({ command, kind, namespace, site, inTransaction }: NewOperation): Operation {
  return {
    id: nextId('operation'),
    command,
    kind,
    namespace,
    at: clock.now(),
    site,
    inTransaction,
    quiet: false,
  };
}
