import type { Site } from '../../events/events.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';

/** The limits of `withTxn` for the driver's own loop. */
export interface RunnerControl {
  /**
   * Called with the error of an attempt or its commit; returns the error for the driver's loop.
   * @param behind the transient error of the attempt that the error was made of
   */
  rejection(error: unknown, behind?: unknown): unknown;
  /** The error for the caller in place of the one that the driver's loop was rejected with. */
  answer(error: unknown): unknown;
  /** Called before an attempt starts; throws if the call was stopped. */
  beforeStart(): void;
  /** Called before a commit is sent; throws if it must not be. */
  beforeCommit(): void;
  /** Called when a commit was answered with success. */
  commitAnswered(): void;
  /** Aborted when the call is stopped. */
  readonly signal: AbortSignal;
}

/** The wishes of the caller of a transaction runner. */
export interface Wanted {
  readonly inject: boolean;
  readonly control: RunnerControl | undefined;
  /** The name of transactions that do the same work. */
  readonly name: string | undefined;
  /** The user's own; never called through this. */
  readonly callback: unknown;
  /** The objects that an attempt has changed (mongoose's documents) are restored when that attempt is rolled back. */
  readonly restoresObjects: boolean;
  /** The object by which a closing client recognises the running callback. */
  readonly token: object;
  readonly site: Site | undefined;
  /** The transaction options of the call; a joined call must not have others. */
  readonly options: object;
  /** True if the driver's loop is on the async stack of its callback's calls: the attribution of a call looks for it there. */
  readonly loopOnStack: boolean;
  /**
   * The attempt of another transaction on the same client in whose callback this one was called, unless that is intended. Gone when
   * the call is over: where jobs start each other, each would keep the one before.
   */
  outer: { readonly attempt: AttemptScope; readonly site: Site | undefined } | undefined;
}

/** Of a manual transaction. */
export const byHand: Wanted = {
  inject: false,
  control: undefined,
  name: undefined,
  callback: undefined,
  restoresObjects: false,
  token: {},
  site: undefined,
  options: {},
  loopOnStack: false,
  outer: undefined,
};
