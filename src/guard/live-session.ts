import { AttemptErrors } from '../protect/attempt-errors.ts';
import { TransactionQueue } from '../protect/transaction-queue.ts';
import type { AttemptScope } from '../scope/async-scope.ts';
import { isInside } from '../scope/lookup.ts';
import { clock } from '../session/clock.ts';
import type { Operation, OperationRequested, OperationSettled } from '../session/events.ts';
import { type NewOperation, newOperation } from '../session/new-operation.ts';
import { awaitable, type SessionRecord } from '../session/record.ts';
import type { ClientGuard } from './client-guard.ts';
import type { EndingWatch } from './ending-watch.ts';
import type { HelperRun, HelperSetup } from './helper-run.ts';
import { summarize } from './summarize.ts';
import type { WaitingStarts } from './waiting-starts.ts';

type Watcher = (operation: Operation, error: unknown, failed: boolean) => void;

const none: readonly Operation[] = [];

/** In one shape for all that are made: this is the most frequent event. */
export function requested(
  { guard, record }: LiveSession,
  operation: Operation,
  foreign: boolean,
  attemptOver: boolean,
): OperationRequested {
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

/** What is needed beside the plain record while a session lives: who waits, whose turn it is, the errors themselves. */
export class LiveSession {
  readonly record: SessionRecord;
  /** Another one when the client is adopted later. */
  guard: ClientGuard;
  readonly queue = new TransactionQueue();
  errors: AttemptErrors;
  /** What `withTxn` wants of the helper that it is about to call. */
  nextHelper: HelperSetup | undefined;
  /** The transaction helper that is running on this session. */
  helper: HelperRun | undefined;
  /** The current attempt, of a helper or by hand. */
  attempt: AttemptScope | undefined;
  /** The driver is at work on its own behalf: its calls of commit, abort and end are not the user's. */
  driverAtWork = false;
  /** The request or job that has used the session last, for certain. */
  request: number | undefined;
  /** The outermost functions of those that have used it. */
  requestRoots: Set<string> | undefined;
  /** The driver's session, which only `instrument/` looks into. */
  behind: object | undefined;
  endUnderWay: Promise<void> | undefined;
  /** A protected commit or abort by hand that is in flight: settles when the driver's own has. */
  endingSent: Promise<unknown> | undefined;
  /** Transactions that wait for `endingSent` to start; made for the first of them. */
  starts: WaitingStarts | undefined;
  /** The commit or abort that the driver has been asked for, of a client that is only observed. */
  ending: EndingWatch | undefined;
  /** It was called from inside the helper's callback, which therefore waits for it and not the other way round. */
  endedFromInside = false;
  /** A commit was refused, and everything given up: the abort that the user's catch calls next has nothing to do. */
  refused = false;
  /** By operation: what a caller must be inside of for the operation not to be waited for. */
  #tokens: Map<number, object> | undefined;
  #watchers: Set<Watcher> | undefined;

  constructor(record: SessionRecord, guard: ClientGuard) {
    this.record = record;
    this.guard = guard;
    this.errors = new AttemptErrors(record);
  }

  /** @param sentAt when the operation's turn came, where it waited for one */
  settle(operation: Operation, failed: boolean, error?: unknown, standalone = false, sentAt?: number): void {
    const { guard, record } = this;
    const { id } = operation;
    const settled: OperationSettled = {
      v: 1,
      type: 'operation.settled',
      at: clock.now(),
      client: guard.id,
      session: record.id,
      operation: id,
      sentAt,
      error: failed ? summarize(error) : undefined,
      standalone,
    };
    guard.publish(settled, record);
    this.#tokens?.delete(id);
    // What never left the client has done the transaction no harm.
    if (operation.inTransaction && settled.error?.reachedServer === true) this.errors.note(operation, error);
    if (this.#watchers !== undefined) for (const watch of this.#watchers) watch(operation, error, failed);
  }

  /** The error to reject a failed operation with. */
  answerOf(operation: Operation, error: unknown): unknown {
    const explains = operation.inTransaction && this.guard.settings.protect;
    return explains ? this.errors.answerOf(operation, error) : error;
  }

  /** Told of every operation that settles, until the returned function is called. */
  watch(watcher: Watcher): () => void {
    this.#watchers ??= new Set();
    this.#watchers.add(watcher);
    return () => this.#watchers?.delete(watcher);
  }

  /** Opens something that runs on the session without being a command of its own: a bulk write, a helper, a commit. */
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

  /** What a drain waits for: all but what never ends by itself, and what the caller is running inside of. */
  undrained(...except: readonly (Operation | undefined)[]): readonly Operation[] {
    const { openOperations } = this.record;
    if (openOperations.size === 0) return none;
    const [own] = except;
    if (openOperations.size === 1 && own !== undefined && openOperations.has(own.id)) return none;
    return [...openOperations.values()].filter(
      operation => !except.includes(operation) && this.#isDrained(operation),
    );
  }

  #isDrained({ id, kind }: Operation): boolean {
    const token = this.#tokens?.get(id);
    return kind !== 'tail' && this.starts?.isBehind(id) !== true && (token === undefined || !isInside(token));
  }

  /** What the user should have awaited before this call. */
  pending(except?: Operation): readonly Operation[] {
    const undrained = this.undrained(except);
    if (undrained.length === 0) return none;
    const drained = new Set(undrained);
    return awaitable(this.record).filter(operation => drained.has(operation));
  }
}
