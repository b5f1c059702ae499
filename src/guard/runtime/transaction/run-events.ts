import type { Tracks } from '../tracking/trackers.ts';
import type { TransactionEnd, TransactionTrack, WaitReason } from '../tracking/work-tracker.ts';
import type { Operation } from '../../events/events.ts';
import type { AttemptRun, AttemptScope } from '../../scope/async-scope.ts';

/**
 * The state of a run. `callback`: the user's code runs, also in a manual transaction. `draining`: the callback has returned,
 * and the operations that it began are waited for. `aborted`: nothing of it is written, also after a commit that failed; a runner
 * may begin its next attempt. `unknown`: the result of a commit is not known.
 *
 * If the user's code commits or aborts inside the callback of a runner, the phase stays `callback`.
 */
export type RunPhase =
  | 'starting'
  | 'callback'
  | 'draining'
  | 'committing'
  | 'aborting'
  | 'committed'
  | 'aborted'
  | 'unknown';

/** The caller of a commit or an abort: the driver's own loop, or the user's code. */
export type EndedBy = 'runner' | 'user';

/** With what a call was rejected. */
export interface Rejection {
  readonly error: unknown;
}

export type RunEvent =
  /** The driver has started a transaction for the run. */
  | { readonly type: 'started' }
  /** From now on the user's code is in an attempt. */
  | { readonly type: 'entered'; readonly attempt: AttemptScope }
  /** The runner was begun on the session, as one of its operations. */
  | { readonly type: 'begun'; readonly operation: Operation }
  /** With the operations that it has not awaited, if the run is followed. */
  | { readonly type: 'returned'; readonly pending?: readonly Operation[] | undefined }
  /** The callback has returned no promise: the driver throws, and aborts. */
  | { readonly type: 'returned nothing' }
  /** All that the callback began has settled. */
  | { readonly type: 'drained'; readonly failed: boolean; readonly failure?: Rejection | undefined }
  /** The call was stopped: the transaction is ended while its callback still runs. */
  | { readonly type: 'cut off' }
  | { readonly type: 'ending'; readonly as: 'commit' | 'abort'; readonly by: EndedBy }
  | { readonly type: 'committed'; readonly by: EndedBy }
  | { readonly type: 'aborted'; readonly by: EndedBy }
  | {
      readonly type: 'commit failed';
      readonly by: EndedBy;
      readonly unknown: boolean;
      readonly error?: unknown;
    }
  /** A rule has refused the commit. */
  | { readonly type: 'refused' }
  | { readonly type: 'session ended' }
  /** It is over. The listeners of the manager, and the trackers, get it once. */
  | ({ readonly type: 'reported' } & TransactionEnd)
  /** It was started by hand inside the callback of a runner: the end of the runner is reported, and not its own. */
  | { readonly type: 'inside runner' }
  /** The runner's call is over. */
  | { readonly type: 'finished'; readonly unknown: boolean; readonly failure?: Rejection | undefined }
  | { readonly type: 'operation failed'; readonly operation: Operation; readonly error: unknown }
  /** Trackers follow the run. */
  | { readonly type: 'followed'; readonly track: FollowingTrack }
  | Parameters<AttemptRun['advance']>[0];

/** What hears of each event of a run. */
export interface FollowingTrack {
  readonly tracks: Tracks<TransactionTrack>;
  note(event: RunEvent): void;
  /** Reports a wait when it is over. */
  waits<T>(reason: WaitReason, waiting: Promise<T>): Promise<T>;
}

/** The events that change the state of a run. */
export type PhaseEvent = Exclude<
  RunEvent,
  {
    readonly type:
      | 'started'
      | 'entered'
      | 'begun'
      | 'rollback only'
      | 'operation failed'
      | 'refused'
      | 'reported'
      | 'inside runner'
      | 'followed';
  }
>;
