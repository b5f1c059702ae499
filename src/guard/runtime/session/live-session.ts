import { Mutex } from '../../../platform/mutex.ts';
import { isInside } from '../../scope/lookup.ts';
import { readStack } from '../../stack/stack-text.ts';
import { clock } from '../../../platform/time/clock.ts';
import type { ErrorSummary, Operation, OperationRequested, OperationSettled } from '../../events/events.ts';
import { type NewOperation, newOperation } from '../../events/operation.ts';
import { awaitable, type SessionRecord } from '../../events/record.ts';
import type { ClientGuard } from '../client/client-guard.ts';
import type { EndingWatch } from './ending-watch.ts';
import type { Tracks } from '../tracking/trackers.ts';
import type { SessionTrack } from '../tracking/work-tracker.ts';
import { TransactionRun } from '../transaction/transaction-run.ts';
import { summarize } from './summarize.ts';
import type { WaitingStarts } from './waiting-starts.ts';

type Watcher = (operation: Operation, error: unknown, failed: boolean) => void;

const none: readonly Operation[] = [];

/**
 * Three sessions in a row, after about 21 others: a job may have two sessions, whose places keep each other. The pause is not
 * always the same: otherwise the sessions of some jobs would never have their turn.
 */
const turns = { inRow: 3, leastPause: 14, mostPause: 28, next: 14 };

function isNext(): boolean {
  turns.next -= 1;
  if (turns.next > 0) return false;
  if (turns.next > -turns.inRow) return true;
  turns.next = turns.leastPause + Math.floor(Math.random() * (turns.mostPause - turns.leastPause));
  return false;
}

/** All objects of this event have one shape: it is the most frequent event. */
export function requested(
  { guard, record, readsPlaces }: LiveSession,
  operation: Operation,
  foreign: boolean,
  attemptOver: boolean,
): OperationRequested {
  if (readsPlaces) readStack(operation.site);
  const { at } = operation;
  return {
    v: 1,
    type: 'operation.requested',
    at,
    client: guard.id,
    session: record.id,
    operation,
    foreign,
    attemptOver,
  };
}

/** The state of a live session that is not plain data: waiting operations, turns, error objects. */
export class LiveSession {
  readonly record: SessionRecord;
  /** Replaced when the client is adopted later. */
  guard: ClientGuard;
  readonly queue = new Mutex();
  #run: TransactionRun | undefined;
  /** Trackers follow the session. */
  tracks: Tracks<SessionTrack> | undefined;
  /** The active transaction runner of this session. */
  runner: TransactionRun | undefined;
  /** True while the driver itself calls commit, abort or end: these are not calls of the user. */
  driverAtWork = false;
  /** The last request or job of which it is certain that it has used the session. */
  request: number | undefined;
  /** The outermost functions that have used it. */
  requestRoots: Set<string> | undefined;
  /** The driver's session; only `driver/` reads it. */
  driverSession: object | undefined;
  endUnderWay: Promise<void> | undefined;
  /** A protected manual commit or abort in flight: settles when the driver's own has settled. */
  endingSent: Promise<unknown> | undefined;
  /** Transactions that wait for `endingSent` to start; made for the first of them. */
  starts: WaitingStarts | undefined;
  /** The commit or abort in flight, for a client that is only observed. */
  endingWatch: EndingWatch | undefined;
  /** True for an operation that opens what its reader has closed in the meantime. */
  isLetGo: ((operation: Operation) => boolean) | undefined;
  /** It was called from inside the runner's callback: so the callback waits for it, and it must not wait for the callback. */
  endedFromInside = false;
  /**
   * A stack that was never read keeps its functions with their variables. Where jobs start each other, one of these variables is
   * the session of the job before, whose places keep the job before that, and so on without end. Such a chain is cut by a session
   * whose places are all read: one in eight, which costs little.
   */
  readonly readsPlaces = isNext();
  /** By operation: the object that marks code inside of it. A caller inside of an operation does not wait for it. */
  #tokens: Map<number, object> | undefined;
  #watchers: Set<Watcher> | undefined;

  constructor(record: SessionRecord, guard: ClientGuard) {
    this.record = record;
    this.guard = guard;
  }

  /** The last run of a transaction, of a runner or manual; before the first transaction, a run that was never started. */
  get run(): TransactionRun {
    this.#run ??= new TransactionRun(this.record);
    return this.#run;
  }

  set run(run: TransactionRun) {
    this.#run = run;
  }

  /** The session has ended, and no runner is active. @returns its last run, if it had a transaction */
  endRun(): TransactionRun | undefined {
    this.#run?.advance({ type: 'session ended' });
    return this.#run;
  }

  /** @param sentAt when the operation's turn came, where it waited for one */
  succeeded(operation: Operation, sentAt?: number): void {
    this.#publishSettled(operation, undefined, false, sentAt);
    if (this.#watchers !== undefined) for (const watch of this.#watchers) watch(operation, undefined, false);
  }

  /** @param standalone true if a server that has no transactions was asked for one */
  failed(operation: Operation, error: unknown, standalone = false, sentAt?: number): void {
    const summary = summarize(error);
    this.#publishSettled(operation, summary, standalone, sentAt);
    // An operation that was never sent has not harmed the transaction.
    if (operation.inTransaction && summary.reachedServer)
      this.run.advance({ type: 'operation failed', operation, error });
    if (this.#watchers !== undefined) for (const watch of this.#watchers) watch(operation, error, true);
  }

  #publishSettled(
    { id }: Operation,
    error: ErrorSummary | undefined,
    standalone: boolean,
    sentAt: number | undefined,
  ): void {
    const { guard, record } = this;
    const settled: OperationSettled = {
      v: 1,
      type: 'operation.settled',
      at: clock.now(),
      client: guard.id,
      session: record.id,
      operation: id,
      sentAt,
      error,
      standalone,
    };
    guard.publish(settled, record);
    this.#tokens?.delete(id);
  }

  /** The error with which a failed operation is rejected. */
  answerOf(operation: Operation, error: unknown): unknown {
    const explains = operation.inTransaction && this.guard.settings.protect;
    return explains ? this.run.errors.answerOf(operation, error) : error;
  }

  /** Calls back for every operation that settles, until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers ??= new Set();
    this.#watchers.add(watcher);
    return () => this.#watchers?.delete(watcher);
  }

  /** Begins something that runs on the session and is not a single command: a bulk write, a transaction runner, a commit. */
  begin(what: NewOperation, token?: object, attemptOver = false): Operation {
    const operation = newOperation(what);
    const { record } = this;
    if (token !== undefined) this.#rememberToken(operation, token);
    this.starts?.note(operation.id);
    this.guard.publish(requested(this, operation, false, attemptOver), record);
    return operation;
  }

  #rememberToken(operation: Operation, token: object): void {
    this.#tokens ??= new Map();
    this.#tokens.set(operation.id, token);
  }

  /** The operations that a drain waits for: all but those that never end by themselves, and those around the caller. */
  undrained(except: readonly (Operation | undefined)[]): readonly Operation[] {
    return this.record.openOperations
      .values()
      .filter(operation => !except.includes(operation) && this.#isDrained(operation));
  }

  /** Whether a drain that does not wait for these two has anything to wait for: asked at every end, so it makes no list. */
  hasUndrained(own?: Operation, other?: Operation): boolean {
    const { openOperations } = this.record;
    if (openOperations.size === 0) return false;
    return openOperations
      .values()
      .some(operation => operation !== own && operation !== other && this.#isDrained(operation));
  }

  #isDrained({ id, kind }: Operation): boolean {
    const token = this.#tokens?.get(id);
    return kind !== 'tail' && this.starts?.isBehind(id) !== true && (token === undefined || !isInside(token));
  }

  /** The operations that the user should have awaited before this call. */
  pending(except?: Operation): readonly Operation[] {
    return this.hasUndrained(except) ? this.#pendingBut(except) : none;
  }

  #pendingBut(except: Operation | undefined): readonly Operation[] {
    return awaitable(this.record).filter(
      operation => operation !== except && this.#isDrained(operation) && this.isLetGo?.(operation) !== true,
    );
  }
}
