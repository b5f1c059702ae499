import type { Operation } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import type { AttemptScope, ScopedSession } from '../../scope/async-scope.ts';
import { AttemptErrors } from './attempt-errors.ts';
import type { EndedBy, Rejection, FollowingTrack, PhaseEvent, RunEvent, RunPhase } from './run-events.ts';
import { byHand, type Wanted } from './wanted.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One run of a transaction: all attempts of one `withTransaction`, or one manual transaction. Only `advance` changes its state;
 * all others read it.
 */
export class TransactionRun {
  readonly by: 'runner' | 'user';
  readonly wanted: Wanted;
  readonly #record: SessionRecord;
  #phase: RunPhase = 'starting';
  #attempts = 0;
  #attempt: Mutable<AttemptScope> | undefined;
  /** Made when somebody asks: nearly all attempts have none. */
  #errors: AttemptErrors | undefined;
  #operation: Operation | undefined;
  #hasCommitted = false;
  #commitFailure: Rejection | undefined;
  #isRefused = false;
  #isReported = false;
  #isCutOff = false;
  #isInCallback = false;
  #track: FollowingTrack | undefined;

  /** @param wanted undefined for a manual transaction */
  constructor(record: SessionRecord, wanted?: Wanted) {
    this.by = wanted === undefined ? 'user' : 'runner';
    this.wanted = wanted ?? byHand;
    this.#record = record;
  }

  get phase(): RunPhase {
    return this.#phase;
  }

  /** True while the driver's loop runs, and not the callback: its calls of start, commit and abort are not calls of the user. */
  get isInLoop(): boolean {
    return this.by === 'runner' && this.#phase !== 'callback' && this.#phase !== 'draining';
  }

  /** The number of attempts, with the current one. */
  get attempts(): number {
    return this.#attempts;
  }

  get attempt(): AttemptScope | undefined {
    return this.#attempt;
  }

  /** The errors of the current attempt. */
  get errors(): AttemptErrors {
    this.#errors ??= new AttemptErrors(this.#record);
    return this.#errors;
  }

  /** The runner itself, as an operation on the session. */
  get operation(): Operation | undefined {
    return this.#operation;
  }

  /** One of its attempts was committed, by the loop or by the callback itself. */
  get hasCommitted(): boolean {
    return this.#hasCommitted;
  }

  /** The error of its last commit, if that has failed. */
  get commitFailure(): Rejection | undefined {
    return this.#commitFailure;
  }

  /** A commit was refused, which has aborted the transaction: the abort in the user's `catch` has nothing to do. */
  get isRefused(): boolean {
    return this.#isRefused;
  }

  /** Its end was reported to the listeners of its manager and to the trackers, or is the end of a runner. */
  get isReported(): boolean {
    return this.#isReported;
  }

  /** Its call was stopped by a limit: what its callback still does has no transaction any more. */
  get isCutOff(): boolean {
    return this.#isCutOff;
  }

  get isLeftRunning(): boolean {
    return this.#isCutOff && this.#isInCallback;
  }

  /** Set if trackers follow it. */
  get track(): FollowingTrack | undefined {
    return this.#track;
  }

  advance(event: RunEvent): void {
    this.#track?.note(event);
    switch (event.type) {
      case 'started':
        this.#errors = undefined;
        this.#phase = this.by === 'runner' ? 'starting' : 'callback';
        return;
      case 'entered':
        this.#attempts += 1;
        this.#attempt = event.attempt;
        this.#isInCallback = true;
        if (this.by === 'runner') this.#phase = 'callback';
        return;
      case 'begun':
        this.#operation = event.operation;
        return;
      case 'rollback only':
        this.#markRollbackOnly(event.attempt, event.error);
        return;
      case 'operation failed':
        return this.errors.note(event.operation, event.error);
      case 'refused':
        this.#isRefused = true;
        return;
      case 'reported':
      case 'inside runner':
        this.#isReported = true;
        return;
      case 'followed':
        this.#track = event.track;
        return;
      default:
        return this.#advancePhase(event);
    }
  }

  #advancePhase(event: PhaseEvent): void {
    switch (event.type) {
      case 'returned':
        this.#isInCallback = false;
        this.#phase = 'draining';
        return;
      case 'returned nothing':
        this.#isInCallback = false;
        this.#phase = 'aborting';
        return;
      case 'drained':
        this.#leaveAttempt();
        this.#phase = event.failed ? 'aborting' : 'committing';
        return;
      case 'cut off':
        this.#isCutOff = true;
        this.#leaveAttempt();
        return;
      case 'ending':
        if (this.#speaks(event.by)) this.#startEnding(event.as);
        return;
      case 'committed':
        this.#hasCommitted = true;
        return this.#end(event.by, 'committed');
      case 'aborted':
        return this.#end(event.by, 'aborted');
      case 'commit failed':
        if (!this.#speaks(event.by)) return;
        this.#commitFailure = { error: event.error };
        this.#phase = event.unknown ? 'unknown' : 'aborted';
        return;
      case 'session ended':
        this.#leaveAttempt();
        if (this.by === 'user' && !this.#isDecided) this.#phase = 'aborted';
        return;
      case 'finished':
        this.#phase = this.#hasCommitted ? 'committed' : event.unknown ? 'unknown' : 'aborted';
    }
  }

  get #isDecided(): boolean {
    return this.#phase === 'committed' || this.#phase === 'unknown';
  }

  /** After the outcome is decided, a second call changes nothing; only a commit may be sent again. */
  #startEnding(as: 'commit' | 'abort'): void {
    if (as === 'commit' && this.#phase !== 'committed') this.#phase = 'committing';
    if (as === 'abort' && this.#phase !== 'aborted' && !this.#isDecided) this.#phase = 'aborting';
  }

  /** False for a commit or an abort of the user's code inside a runner's callback, which does not change the phase. */
  #speaks(by: EndedBy): boolean {
    return this.by === by;
  }

  #end(by: EndedBy, phase: 'committed' | 'aborted'): void {
    if (!this.#speaks(by)) return;
    this.#phase = phase;
    // The attempt of a runner was over when everything that its callback began had settled.
    if (by === 'user') this.#leaveAttempt();
  }

  #leaveAttempt(): void {
    if (this.#attempt !== undefined) this.#attempt.over = true;
  }

  /** Begins an attempt. @param owner for a manual transaction, see `AttemptScope.owner` */
  enter(session: ScopedSession, owner?: AttemptScope['owner']): AttemptScope {
    const attempt: AttemptScope = {
      session,
      run: this,
      by: this.by,
      inject: this.wanted.inject,
      owner,
      afterCommit: [],
      afterAbort: [],
      over: false,
      rollbackOnly: undefined,
    };
    this.advance({ type: 'entered', attempt });
    return attempt;
  }

  /** The attempt is rejected with the first failure of a joined call. */
  #markRollbackOnly(attempt: AttemptScope, error: unknown): void {
    // A straggler may join an attempt after the next one has begun.
    if (attempt === this.#attempt) this.#attempt.rollbackOnly ??= { error };
  }
}
