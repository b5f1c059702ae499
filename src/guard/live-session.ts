import type { AttemptScope } from '../scope/async-scope.ts';
import { isInside } from '../scope/lookup.ts';
import { TransactionQueue } from '../protect/transaction-queue.ts';
import { clock } from '../session/clock.ts';
import { nextId } from '../session/ids.ts';
import type { Operation } from '../session/events.ts';
import { awaitable, type SessionRecord } from '../session/record.ts';
import { AttemptErrors } from '../protect/attempt-errors.ts';
import type { ClientGuard } from './client-guard.ts';
import type { HelperRun } from './helper-run.ts';
import { summarize } from './summarize.ts';

type NewOperation = Omit<Operation, 'id' | 'at'>;

const none: readonly Operation[] = [];

/** What is needed beside the plain record while a session lives: who waits, whose turn it is, the errors themselves. */
export class LiveSession {
  readonly record: SessionRecord;
  readonly guard: ClientGuard;
  readonly queue = new TransactionQueue();
  errors = new AttemptErrors();
  /** The transaction helper that is running on this session. */
  helper: HelperRun | undefined;
  /** The current attempt, of a helper or by hand. */
  attempt: AttemptScope | undefined;
  /** The driver is at work on its own behalf: its calls of commit, abort and end are not the user's. */
  driverAtWork = false;
  endUnderWay: Promise<void> | undefined;
  readonly #tokens = new Map<number, object>();
  readonly #watchers = new Set<(operation: Operation, error: unknown, failed: boolean) => void>();

  constructor(record: SessionRecord, guard: ClientGuard) {
    this.record = record;
    this.guard = guard;
  }

  settle(operation: Operation, failed: boolean, error?: unknown, standalone = false): void {
    const { record } = this;
    const event = { type: 'operation.settled', session: record.id, operation: operation.id } as const;
    this.guard.publish(failed ? { ...event, error: summarize(error), standalone } : event, record);
    this.#tokens.delete(operation.id);
    if (failed && operation.inTransaction && operation.kind !== 'helper') this.errors.note(operation, error);
    for (const watch of this.#watchers) watch(operation, error, failed);
  }

  /** Told of every operation that settles, until the returned function is called. */
  watch(watcher: (operation: Operation, error: unknown, failed: boolean) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** Opens something that runs on the session without being a command of its own: a bulk write, a helper, a commit. */
  begin(operation: Omit<NewOperation, 'quiet'>, token?: object): Operation {
    const begun: Operation = { id: nextId('operation'), at: clock.now(), quiet: false, ...operation };
    const { record } = this;
    if (token !== undefined) this.#tokens.set(begun.id, token);
    const event = { type: 'operation.requested', session: record.id, operation: begun } as const;
    this.guard.publish({ ...event, foreign: false, attemptOver: false }, record);
    return begun;
  }

  /** What a drain waits for: all but what never ends by itself, and what the caller is running inside of. */
  undrained(except?: Operation): readonly Operation[] {
    if (this.record.openOperations.size === 0) return none;
    return [...this.record.openOperations.values()].filter(operation => {
      if (operation === except || operation.kind === 'tail') return false;
      const token = this.#tokens.get(operation.id);
      return token === undefined || !isInside(token);
    });
  }

  /** What the user should have awaited before this call. */
  pending(except?: Operation): readonly Operation[] {
    if (this.record.openOperations.size === 0) return none;
    const drained = new Set(this.undrained(except));
    return awaitable(this.record).filter(operation => drained.has(operation));
  }
}
