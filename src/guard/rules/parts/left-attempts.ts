import { hiddenField } from '../../../platform/hidden-field.ts';
import type { EventOf } from '../../events/events.ts';
import type { SessionRecord, TransactionRecord } from '../../events/record.ts';
import type { RuleContext } from '../engine/rule.ts';
import type { RetryCause } from './retry-cause.ts';

/** How long after its failure a transaction may be tried again, in milliseconds. */
const keptMS = 10_000;

/** If a program fails all the time, only the latest are kept. */
const most = 50;

/** A transaction that was given up because of a conflict, and whose session has not started another one. */
export interface LeftAttempt {
  readonly session: SessionRecord;
  readonly transaction: TransactionRecord;
  readonly cause: RetryCause;
  /** The collection, and the documents if they are known. */
  readonly target: string;
  readonly at: number;
}

/** The transactions that may be tried again with a new session: the most common manual loop. */
export class LeftAttempts {
  readonly #context: Pick<RuleContext, 'placeOf' | 'sessionsOf'>;
  #left: LeftAttempt[] = [];
  readonly #known = hiddenField<TransactionRecord, true>();

  constructor(context: Pick<RuleContext, 'placeOf' | 'sessionsOf'>) {
    this.#context = context;
  }

  add(attempt: LeftAttempt): void {
    if (this.#known.get(attempt.transaction) === true) return;
    this.#known.set(attempt.transaction, true);
    this.#left.push(attempt);
    if (this.#left.length > most) this.#left.shift();
  }

  /**
   * The attempt that the first transaction of a new session repeats: the attempt that the same run of code has left at the same
   * line. If that is not known, the only attempt of that line, if no other transaction of that line is running.
   */
  takenUpBy(event: EventOf<'transaction.started'>): LeftAttempt | undefined {
    if (this.#left.length === 0) return undefined;
    const { at } = event;
    this.#left = this.#left.filter(left => isLeft(left) && at - left.at <= keptMS);
    // Nothing has failed recently: no place has to be computed.
    if (this.#left.length === 0) return undefined;
    const place = this.#context.placeOf(event.site);
    if (place === undefined) return undefined;
    const here = this.#left.filter(left => this.#isOf(left, event, place));
    const own = here.find(({ session }) => session.id === event.follows);
    const [only, ...more] = here;
    const taken = own ?? (more.length === 0 && !this.#runs(event, place) ? only : undefined);
    this.#left = this.#left.filter(left => left !== taken);
    return taken;
  }

  #isOf(
    { transaction, session }: LeftAttempt,
    event: EventOf<'transaction.started'>,
    place: string,
  ): boolean {
    if (session.client !== event.client || transaction.by !== event.by) return false;
    if (transaction.scopes?.at(-1) !== event.scopes?.at(-1)) return false;
    return this.#context.placeOf(transaction.site) === place;
  }

  #runs({ client, session: own }: EventOf<'transaction.started'>, place: string): boolean {
    for (const { id, transaction } of this.#context.sessionsOf(client)) {
      if (id === own || transaction?.phase !== 'active') continue;
      if (this.#context.placeOf(transaction.site) === place) return true;
    }
    return false;
  }
}

function isLeft({ session, transaction }: LeftAttempt): boolean {
  return session.transaction === transaction;
}
