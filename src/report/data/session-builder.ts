import type { EventOf, SessionGuardEvent } from '../../guard/events/events.ts';
import type { ErrorSummary, Operation } from '../../guard/events/operation.ts';
import { placeText } from '../../guard/stack/place.ts';
import type {
  AttemptRow,
  FindingGroup,
  Mark,
  OperationRow,
  SessionRow,
  Totals,
  TransactionRow,
} from './report-data.ts';

/** Gives the event's time as the report counts it. */
export type Clock = (at: number) => number;

/** How many attempts of a transaction are listed: the first half, and the latest. */
const mostAttempts = 100;

/** What all sessions of a report share. */
export interface Shared {
  readonly totals: Totals;
  /** How many operations, transactions and findings of a session are listed. */
  readonly most: number;
}

/** The row of one session, as its events say. */
export class SessionBuilder {
  readonly row: SessionRow;
  /** The report's revision after which it has not changed. */
  changedAt = 0;
  readonly #clock: Clock;
  readonly #totals: Totals;
  readonly #most: number;
  readonly #open = new Map<number, OperationRow>();
  /** The findings of its last transaction; before the first, those of none. */
  found = new Set<FindingGroup>();
  /** The call of a transaction runner that is running. */
  #runner: { readonly operation: number; transaction?: TransactionRow } | undefined;

  constructor(
    key: string,
    process: string,
    event: EventOf<'session.started'>,
    clock: Clock,
    { totals, most }: Shared,
  ) {
    this.#clock = clock;
    this.#totals = totals;
    this.#most = most;
    totals.sessions += 1;
    const place = placeText(event.site);
    this.row = {
      key,
      process,
      number: event.session,
      at: clock(event.at),
      ...(place !== undefined && { place }),
      transactions: [],
      operations: [],
      moreOperations: 0,
      marks: [],
    };
  }

  get hasFindings(): boolean {
    return this.row.marks.length > 0;
  }

  mark(mark: Mark): void {
    if (this.row.marks.length < this.#most) this.row.marks.push(mark);
  }

  add(event: SessionGuardEvent): void {
    const at = this.#clock(event.at);
    switch (event.type) {
      case 'operation.requested':
        return this.#requested(event.operation);
      case 'operation.escaped':
        return this.#list(event.operation, { outside: true });
      case 'operation.settled':
        return this.#settled(event, at);
      case 'session.ending':
        return this.#straggle(event.pending);
      case 'session.ended':
        return this.#ended(event, at);
      case 'drain.exceeded':
        if (this.#attempt?.drain !== undefined) this.#attempt.drain.exceeded = true;
        return this.#straggle(event.pending);
      default:
        return this.#ofTransaction(event, at);
    }
  }

  #ofTransaction(event: SessionGuardEvent, at: number): void {
    const transaction = this.#transaction;
    const attempt = this.#attempt;
    switch (event.type) {
      case 'transaction.started':
        return this.#started(event, at);
      case 'callback.entered':
        if (transaction !== undefined && event.name !== undefined) transaction.name = event.name;
        return;
      case 'callback.returned':
        if (attempt === undefined) return;
        if (event.error !== undefined) attempt.reason = errorText(event.error);
        this.#straggle(event.pending);
        if (event.pending.length > 0) attempt.drain = { at, pending: event.pending.map(nameOf) };
        return;
      case 'transaction.ending':
        if (attempt?.drain !== undefined) attempt.drain.endedAt ??= at;
        return this.#straggle(event.pending);
      case 'transaction.committed':
        return this.#over('committed', at);
      case 'transaction.aborted':
        return this.#over('aborted', at);
      case 'transaction.failed':
        if (attempt !== undefined) attempt.reason = errorText(event.error);
        return this.#over(
          event.error.labels.includes('UnknownTransactionCommitResult') ? 'unknown' : 'failed',
          at,
        );
      default:
    }
  }

  get #transaction(): TransactionRow | undefined {
    return this.row.transactions.at(-1);
  }

  get #attempt(): AttemptRow | undefined {
    return this.#transaction?.attempts.at(-1);
  }

  #requested(operation: Operation): void {
    if (operation.kind === 'runner') this.#runner ??= { operation: operation.id };
    else this.#list(operation, {});
  }

  #list(operation: Operation, more: Pick<OperationRow, 'outside'>): void {
    this.#totals.operations += 1;
    const { id, command, namespace, inTransaction } = operation;
    const place = placeText(operation.site);
    const row: OperationRow = {
      number: id,
      command,
      at: this.#clock(operation.at),
      inTransaction,
      ...(namespace !== undefined && { namespace }),
      ...(place !== undefined && { place }),
      ...more,
    };
    if (this.row.operations.length >= this.#most) this.row.moreOperations += 1;
    else this.row.operations.push(row);
    if (more.outside !== true) this.#open.set(id, row);
  }

  #settled({ operation, sentAt, error }: EventOf<'operation.settled'>, at: number): void {
    if (this.#runner?.operation === operation) {
      const { transaction } = this.#runner;
      this.#runner = undefined;
      if (transaction !== undefined) transaction.endedAt = at;
      return;
    }
    const row = this.#open.get(operation);
    this.#open.delete(operation);
    if (row === undefined) return;
    row.endedAt = at;
    // Also if it was rejected: the server has aborted the transaction before, or does when it is left alone.
    if (row.command === 'abortTransaction' && this.#attempt?.endedAt === undefined) this.#over('aborted', at);
    if (sentAt !== undefined) row.sentAt = this.#clock(sentAt);
    if (error === undefined) return;
    row.error = errorText(error);
    this.#totals.failedOperations += 1;
  }

  #started({ by, site }: EventOf<'transaction.started'>, at: number): void {
    const known = this.#runner?.transaction;
    if (known !== undefined) {
      this.#count(known.outcome, -1);
      known.outcome = 'running';
      delete known.endedAt;
      this.#attemptAgain(known, at);
      this.#totals.retries += 1;
      return;
    }
    const place = placeText(site);
    const transaction: TransactionRow = {
      byHand: by === 'user',
      at,
      outcome: 'running',
      attempts: [{ at }],
      ...(place !== undefined && { place }),
    };
    this.#totals.transactions += 1;
    this.found = new Set();
    this.row.transactions.push(transaction);
    // The last one may go on; all are in the totals.
    if (this.row.transactions.length > this.#most) this.row.transactions.shift();
    if (this.#runner !== undefined) this.#runner.transaction = transaction;
  }

  /** A transaction that meets the same conflict again and again may have thousands of attempts. */
  #attemptAgain(transaction: TransactionRow, at: number): void {
    const { attempts } = transaction;
    attempts.push({ at });
    if (attempts.length <= mostAttempts) return;
    attempts.splice(mostAttempts / 2, 1);
    transaction.moreAttempts = (transaction.moreAttempts ?? 0) + 1;
  }

  #over(outcome: Exclude<TransactionRow['outcome'], 'running'>, at: number): void {
    const transaction = this.#transaction;
    const attempt = this.#attempt;
    if (transaction === undefined || attempt === undefined) return;
    this.#count(transaction.outcome, -1);
    this.#count(outcome, 1);
    transaction.outcome = outcome;
    transaction.endedAt = at;
    attempt.endedAt = at;
    if (attempt.drain !== undefined) attempt.drain.endedAt ??= at;
  }

  #count(outcome: TransactionRow['outcome'], change: 1 | -1): void {
    if (outcome !== 'running') this.#totals[outcome] += change;
  }

  #ended({ site }: EventOf<'session.ended'>, at: number): void {
    this.row.endedAt = at;
    const place = placeText(site);
    if (place !== undefined) this.row.endPlace = place;
    if (this.#transaction?.outcome === 'running') this.#over('aborted', at);
  }

  #straggle(pending: readonly Operation[]): void {
    for (const { id } of pending) {
      const row = this.#open.get(id);
      if (row !== undefined) row.straggler = true;
    }
  }
}

function nameOf({ command, namespace }: Operation): string {
  return namespace === undefined ? command : `${command} ${namespace}`;
}

function errorText({ name, codeName, code }: ErrorSummary): string {
  const said = codeName ?? code;
  return said === undefined ? name : `${name} (${said})`;
}
