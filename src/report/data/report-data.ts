import type { Category } from '../../guard/rules/engine/rule.ts';

/**
 * What a report shows: plain data, for the page, the terminal and other programs. All times are milliseconds since `start`, all
 * durations milliseconds.
 */
export interface ReportData {
  readonly version: 1;
  /** How many lines of the trace are in it. */
  readonly revision: number;
  /** What was run: the command, or the names of the files. */
  readonly title: string;
  /** Milliseconds since 1970; 0 if the trace has no time of day. */
  readonly start: number;
  /** When the last line was written. */
  readonly end: number;
  readonly processes: number;
  /** Lines that the trace says are missing. */
  readonly lost: number;
  readonly totals: Totals;
  readonly findings: readonly FindingGroup[];
  readonly requests: readonly RequestRow[];
  readonly sessions: readonly SessionRow[];
  /** Sessions without findings that were left out, because there are too many. */
  readonly omitted: number;
  readonly waits: readonly PoolWait[];
  /** The run that this one is compared with. */
  readonly against?: EarlierRun;
}

/** What a comparison needs of a report. */
export type EarlierRun = Pick<ReportData, 'title' | 'start' | 'end' | 'totals' | 'findings'>;

export interface Totals {
  sessions: number;
  transactions: number;
  committed: number;
  aborted: number;
  /** The commit was rejected. */
  failed: number;
  /** The answer to the commit was lost: it may have been done. */
  unknown: number;
  retries: number;
  operations: number;
  failedOperations: number;
  /** Waits for a connection of a pool that was used up. */
  waits: number;
  longestWaitMS: number;
}

/** One misuse at one place, in all processes. */
export interface FindingGroup {
  readonly key: string;
  readonly rule: string;
  readonly category: Category;
  readonly severity: 'warn' | 'error';
  readonly message: string;
  readonly fix: string;
  readonly docs: string;
  /** `file:line:column`. */
  readonly place?: string;
  readonly codeFrame?: string;
  readonly calledFrom: readonly string[];
  readonly startedAt?: string;
  readonly started?: string;
  readonly endedAt?: string;
  count: number;
  first: number;
  last: number;
  /** When it was made, for the latest of them. */
  readonly times: number[];
  /** Requests as `POST /orders/:id`, and how often it was made in each. */
  readonly routes: Record<string, number>;
  /**
   * The key of a finding that comes before this one in the same transaction, or in the same session outside of one, nearly
   * always: one mistake often has several findings.
   */
  partOf?: string;
}

export interface RequestRow {
  readonly key: string;
  readonly process: string;
  readonly id?: string;
  readonly method?: string;
  readonly route?: string;
  readonly at: number;
  readonly endedAt?: number;
}

export interface SessionRow {
  readonly key: string;
  readonly process: string;
  readonly number: number;
  /** The key of the request that started it, or that used it first. */
  request?: string;
  readonly at: number;
  endedAt?: number;
  readonly place?: string;
  endPlace?: string;
  readonly transactions: TransactionRow[];
  readonly operations: OperationRow[];
  /** Operations that are not listed, because there are too many. */
  moreOperations: number;
  readonly marks: Mark[];
}

export type Outcome = 'running' | 'committed' | 'aborted' | 'failed' | 'unknown';

/** One call of a transaction runner with all its attempts, or one transaction by hand. */
export interface TransactionRow {
  name?: string;
  readonly byHand: boolean;
  readonly at: number;
  endedAt?: number;
  outcome: Outcome;
  readonly place?: string;
  /** The first and the latest; the last one is that of the outcome. */
  readonly attempts: AttemptRow[];
  /** Attempts between these that are not listed, because there are too many. */
  moreAttempts?: number;
}

export interface AttemptRow {
  readonly at: number;
  endedAt?: number;
  /** From the return of the callback to the commit or abort, where operations were still in flight. */
  drain?: { readonly at: number; endedAt?: number; readonly pending: readonly string[]; exceeded?: boolean };
  /** Why it was given up: the name and code of the error. */
  reason?: string;
}

export interface OperationRow {
  readonly number: number;
  readonly command: string;
  readonly namespace?: string;
  readonly at: number;
  /** When its turn came, if it waited for one. */
  sentAt?: number;
  endedAt?: number;
  error?: string;
  readonly inTransaction: boolean;
  readonly place?: string;
  /** It was in flight when its transaction or session ended, and nobody awaited it. */
  straggler?: boolean;
  /** Without the session, inside the callback of the transaction. */
  readonly outside?: boolean;
}

/** A finding in its place. */
export interface Mark {
  /** The key of its group. */
  readonly finding: string;
  readonly at: number;
  readonly operation?: number;
}

/** An operation has waited for a connection, because all of its pool were in use. */
export interface PoolWait {
  readonly process: string;
  readonly at: number;
  readonly ms: number;
  readonly timedOut: boolean;
  /** The operation's. */
  readonly place?: string;
}
