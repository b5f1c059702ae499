import type { AttemptScope } from '../scope/async-scope.ts';
import type { Operation, Site } from '../session/events.ts';

/** What `withTxn` adds to the driver's own loop. */
export interface HelperControl {
  /** Called with what an attempt or its commit is rejected with; returns what the driver's loop gets to see. */
  rejection(error: unknown): unknown;
  /** Called before a commit is sent; throws if it must not be. */
  beforeCommit(): void;
}

/** What `withTxn` hands to the `withTransaction` that it calls next on a session. */
export interface HelperSetup {
  readonly inject: boolean;
  readonly control: HelperControl;
  /** `nested: 'new'`: the user has said that it is a transaction of its own. */
  readonly ownTransaction: boolean;
  /** What a closing client knows the running callback by. */
  readonly token: object;
  /** The call of `withTxn`: what comes to the helper may have waited for a connection, and lost its stack. */
  readonly site: Site | undefined;
}

/** One run of a transaction helper: all attempts of one `withTransaction`. */
export interface HelperRun {
  /** `callback`: the user's code has the word. `loop`: the driver's own; its commit and abort are not the user's. */
  phase: 'callback' | 'loop';
  attempts: number;
  /** The driver's loop stands on the async stack of what its callback does, which is how the proof of a call finds it. */
  readonly loopOnStack: boolean;
  readonly site: Site | undefined;
  readonly token: object;
  readonly inject: boolean;
  readonly control: HelperControl | undefined;
  /** The objects that an attempt has changed (mongoose's documents) are restored when that attempt is rolled back. */
  readonly restoresObjects: boolean;
  /** The transaction options it was called with; a joined call must not ask for others. */
  readonly options: object;
  /** The attempt of another transaction on the same client in whose callback this one was called, unless that is meant. */
  readonly outer: { readonly attempt: AttemptScope; readonly site: Site | undefined } | undefined;
  attempt: AttemptScope | undefined;
  /** The helper itself, as something that runs on the session. */
  operation: Operation | undefined;
  committed: boolean;
}
