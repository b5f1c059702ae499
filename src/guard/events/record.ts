import type { OpenOperations } from './open-operations.ts';
import type { Caller, ContextSource, ErrorSummary, Operation, Site, TailKind } from './events.ts';

/** `failed`: a commit was rejected. `committed` and `aborted` stay until the next transaction starts. */
export type TransactionPhase = 'active' | 'committing' | 'aborting' | 'committed' | 'aborted' | 'failed';

/** An operation of a transaction that was rejected. */
export interface Failure {
  readonly operation: Operation;
  readonly error: ErrorSummary;
  readonly at: number;
  /** When the operation left the queue for the server. */
  readonly sentAt: number;
}

export interface TransactionRecord {
  readonly number: number;
  readonly by: Caller;
  readonly startedAt: number;
  readonly site?: Site | undefined;
  /** The line that has started a manual transaction; equal for two transactions of the same line. */
  readonly line?: string | undefined;
  readonly scopes?: readonly number[] | undefined;
  /** See the event `transaction.started`. */
  readonly readPreference?: string | undefined;
  phase: TransactionPhase;
  /** The caller of the last commit or abort. */
  endedBy?: Caller | undefined;
  /** Where that was. */
  endSite?: Site | undefined;
  operations: number;
  /** The request or job that started it is over. */
  left: boolean;
  /** The last commit was rejected with the label for an unknown outcome: it may be sent again. */
  outcomeUnknown: boolean;
  /** The failures that may have done harm, in the order of their answers. */
  failures: Failure[];
  /** The failure that caused the others. */
  firstFailure?: Failure | undefined;
  /** The namespaces of its operations, each once. Nearly all transactions use one or two: a list finds them faster than a set. */
  namespaces: readonly string[];
  /** Until when its first operation has waited for transactions at the same documents; infinite while it waits. */
  heldUntil?: number | undefined;
}

export interface OpenCursor {
  readonly cursor: string;
  readonly operation: Operation;
  /** The number of the transaction in which it was opened, or undefined outside a transaction. */
  readonly transaction?: number | undefined;
  /** Set if the cursor never ends by itself. */
  readonly tail?: TailKind | undefined;
}

/** The state of one session. Only the reducer writes it; rules read it as it was before the event. */
export interface SessionRecord {
  readonly id: number;
  /** It changes when the client is adopted later. */
  client: number;
  readonly startedBy: Caller;
  readonly startedAt: number;
  readonly startSite?: Site | undefined;
  readonly scope?: number | undefined;
  /** The requests or jobs in which it was started, innermost first. */
  readonly scopes?: readonly number[] | undefined;
  readonly asks?: 'snapshot' | 'causal consistency' | undefined;
  /** See the event `session.started`. */
  readonly historyUnknown?: true | undefined;
  /** The request or job in which it was started, if something is known of it. */
  context?: ContextSource | undefined;
  phase: 'open' | 'ending' | 'ended';
  endSite?: Site | undefined;
  endedBy?: Caller | undefined;
  lastUsedAt: number;
  operations: number;
  /** The scope in which it was started is over, and it has not been used since. */
  abandoned: boolean;
  /** When that scope was over. */
  leftAt?: number | undefined;
  /** It has sent an operation outside any request or job. */
  usedOutside: boolean;
  /** The requests or jobs that have used it but did not start it, until the first of them is over. */
  guests: Set<number>;
  /**
   * The request or job to which it belonged is over: the number of the newest request at that time. Requests with higher
   * numbers came later.
   */
  servedUntil?: number | undefined;
  /** Marked with `keep(session)`: meant to live long. */
  kept: boolean;
  /** The user's callback of a transaction runner is running on this session. */
  inCallback: boolean;
  transactions: number;
  transaction?: TransactionRecord | undefined;
  openOperations: OpenOperations;
  /** How many of those are calls around commands: a transaction runner, a commit, an abort. */
  openCalls: number;
  openCursors: Map<string, OpenCursor>;
}

export function inTransaction(session: SessionRecord): boolean {
  return session.transaction?.phase === 'active';
}

/** Also true while its commit or abort is in flight. */
export function transactionRuns({ transaction }: SessionRecord): boolean {
  const phase = transaction?.phase;
  return phase === 'active' || phase === 'committing' || phase === 'aborting';
}

/** The operations that the user could and should have awaited. */
export function awaitable(session: SessionRecord): Operation[] {
  const found: Operation[] = [];
  for (const operation of session.openOperations.values()) {
    if (!operation.quiet && operation.kind !== 'batch' && operation.kind !== 'abort') found.push(operation);
  }
  return found;
}
