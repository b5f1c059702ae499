/** What is done with the promise of a step. `later`: not awaited, but handled. */
export type Care = 'awaited' | 'caught' | 'later';

/**
 * `insert` succeeds; `duplicate` fails, and the server gives the transaction up; `conflict` fails alike with an error that a
 * transaction is to be run again for.
 */
export interface OperationStep {
  readonly do: 'insert' | 'duplicate' | 'conflict' | 'find';
  readonly care: Care;
}

export interface EndingStep {
  readonly do: 'commit' | 'abort' | 'end';
  readonly care: Care;
}

/** A `withTxn` in a callback: `join` joins the transaction, `own` is one of its own. */
export interface NestedStep {
  readonly do: 'join' | 'own';
  readonly care: Care;
  readonly steps: readonly OperationStep[];
  readonly ending: 'returns' | 'throws';
}

export function isEnding(step: Step): step is EndingStep {
  return step.do === 'commit' || step.do === 'abort' || step.do === 'end';
}

export type Step = OperationStep | EndingStep | NestedStep;

/** What one attempt does. `stops` aborts the signal of its `withTxn`, `closes` closes the manager without a grace. */
export interface Script {
  readonly steps: readonly Step[];
  readonly ending: 'returns' | 'throws' | 'throws transient' | 'stops' | 'closes';
}

/** All attempts of a transaction; those after the last script do nothing. */
export interface RunnerTxn {
  readonly as: 'withTxn' | 'withTransaction';
  readonly attempts: readonly Script[];
  /** Of `withTxn` alone. */
  readonly maxAttempts: number;
}

export interface HandTxn {
  readonly as: 'by hand';
  readonly steps: readonly OperationStep[];
  /** `commit later`: the next transaction of the session starts before this one is committed. */
  readonly ending: 'commit' | 'commit later' | 'abort' | 'end';
}

/** A `withTxn` whose callback waits until it hears that the time is up. */
export interface TimedTxn {
  readonly as: 'timed';
}

export type Txn = RunnerTxn | HandTxn | TimedTxn;

export type CommitFailure = 'transient' | 'unknown' | 'fatal';

export interface Program {
  /** They run at the same time. Transactions of one lane come one after the other; all but those of `withTxn` share a session. */
  readonly lanes: readonly (readonly Txn[])[];
  /** What the first commit that is sent fails with. */
  readonly commitFails: CommitFailure | undefined;
}

/** How a promise was settled. */
export type Outcome =
  | 'done'
  | 'duplicate'
  | 'conflict'
  | 'no transaction'
  | 'mine'
  | 'thrown transient'
  | 'commit transient'
  | 'commit fatal'
  | 'ended in runner'
  | 'expired'
  | 'stopped'
  | 'timed out'
  | 'closed';

export interface TxnResult {
  readonly outcome: string;
  /** How often the callback ran. */
  readonly ran?: number;
  /** Of the last transaction, as rules see it. */
  readonly phase?: string | undefined;
  /** Of the run, all its attempts together. */
  readonly runPhase?: string | undefined;
  /** Which callbacks ran after the end. */
  readonly after?: readonly string[];
}

/** What a program came to. */
export interface Result {
  readonly stored: readonly string[];
  /** By place. */
  readonly steps: Readonly<Record<string, string>>;
  readonly transactions: Readonly<Record<string, TxnResult>>;
}
