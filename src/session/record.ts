import type { Caller, ErrorSummary, Operation, Site, TailKind } from './events.ts';

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
  /** The line that has started it by hand; equal for two that the same line has started. */
  readonly line?: string | undefined;
  readonly scopes?: readonly number[] | undefined;
  phase: TransactionPhase;
  /** Who called the last commit or abort. */
  endedBy?: Caller | undefined;
  /** Where that was. */
  endSite?: Site | undefined;
  operations: number;
  /** The request or job that started it is over. */
  left: boolean;
  /** The last commit was rejected with a label that says that its outcome is unknown: it may be sent again. */
  outcomeUnknown: boolean;
  /** Those that nothing has shown to be harmless, in the order of their answers. */
  failures: Failure[];
  /** The one that the others follow from. */
  firstFailure?: Failure | undefined;
  namespaces: Set<string>;
}

export interface OpenCursor {
  readonly cursor: string;
  readonly operation: Operation;
  /** The number of the transaction that it was opened in, or undefined outside. */
  readonly transaction?: number | undefined;
  /** It never comes to an end by itself. */
  readonly tail?: TailKind | undefined;
}

/** Everything that is known of one session. The reducer alone writes it; rules read it as it was before the event. */
export interface SessionRecord {
  readonly id: number;
  /** Another one when the client is adopted later. */
  client: number;
  readonly startedBy: Caller;
  readonly startedAt: number;
  readonly startSite?: Site | undefined;
  readonly scope?: number | undefined;
  /** The requests or jobs that it was started in, innermost first. */
  readonly scopes?: readonly number[] | undefined;
  readonly asks?: 'snapshot' | 'causal consistency' | undefined;
  phase: 'open' | 'ending' | 'ended';
  endSite?: Site | undefined;
  endedBy?: Caller | undefined;
  lastUsedAt: number;
  operations: number;
  /** The scope it was started in is over, and it has not been used since. */
  abandoned: boolean;
  /** It has sent something outside of any request or job. */
  usedOutside: boolean;
  /** The requests or jobs that have used it without having started it, until the first of them is over. */
  guests: Set<number>;
  /** The request or job that it belonged to is over: the newest one of that time. Those with higher numbers came later. */
  servedUntil?: number | undefined;
  /** Marked with `keep(session)`: meant to live long. */
  kept: boolean;
  /** The user's callback of a transaction helper is running on this session. */
  inCallback: boolean;
  transactions: number;
  transaction?: TransactionRecord | undefined;
  readonly openOperations: Map<number, Operation>;
  openCursors: Map<string, OpenCursor>;
}

export function inTransaction(session: SessionRecord): boolean {
  return session.transaction?.phase === 'active';
}

/** Also while its commit or abort is on the way. */
export function transactionRuns({ transaction }: SessionRecord): boolean {
  const phase = transaction?.phase;
  return phase === 'active' || phase === 'committing' || phase === 'aborting';
}

/** The operations that somebody could and should have awaited. */
export function awaitable(session: SessionRecord): Operation[] {
  const found: Operation[] = [];
  for (const operation of session.openOperations.values()) {
    if (!operation.quiet && operation.kind !== 'batch' && operation.kind !== 'abort') found.push(operation);
  }
  return found;
}
