import type { Operation } from '../../events/events.ts';
import { isAround } from '../../events/operation.ts';
import type { SessionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';

/** True for an operation that the server runs as part of the transaction. */
export function isWork(operation: Operation): boolean {
  return operation.inTransaction && !isAround(operation);
}

/** A period in which the server kept the transaction open and had nothing to do for it. */
export interface Pause {
  readonly ms: number;
  readonly after: Operation;
  readonly before: Operation | string;
}

/** Shorter ones are of no interest to any rule, and every operation follows one. */
const leastPauseMS = 10;

/** The course of a transaction so far, from its first operation: before that the server does not know the transaction. */
export class TransactionCourse {
  #openedAt: number;
  /** The transaction has been reported. */
  reported = false;
  #last: Operation | undefined;
  #lastAt = 0;
  #longest: Pause | undefined;

  constructor(at: number) {
    this.#openedAt = at;
  }

  /** When its first operation was sent, as far as is known. */
  get openedAt(): number {
    return this.#openedAt;
  }

  /** The longest pause that has ended. */
  get pause(): Pause | undefined {
    return this.#longest;
  }

  /** @param sentAt when the operation's turn came, where it waited for one */
  settles(operation: Operation, at: number, sentAt: number | undefined): void {
    if (this.#last === undefined && sentAt !== undefined) this.#openedAt = Math.max(this.#openedAt, sentAt);
    this.#last = operation;
    this.#lastAt = at;
  }

  /** The longest pause: of the pauses that have ended, and the pause that ends here if nothing is in flight. */
  longest(session: SessionRecord, at: number, before: Pause['before']): Pause | undefined {
    const last = this.#last;
    if (last === undefined || isAtWork(session)) return this.#longest;
    const ms = at - this.#lastAt;
    if (ms >= leastPauseMS && (this.#longest === undefined || ms > this.#longest.ms))
      this.#longest = { ms, after: last, before };
    return this.#longest;
  }
}

function isAtWork({ openOperations }: SessionRecord): boolean {
  for (const open of openOperations.values()) if (!isAround(open)) return true;
  return false;
}

/** A pause in the words of a message. */
export function pauseWords({ ms, after, before }: Pause): {
  readonly pause: number;
  readonly after: string;
  readonly before: string;
} {
  const next = typeof before === 'string' ? before : describe(before);
  return { pause: inSeconds(ms), after: describe(after), before: next };
}

export function inSeconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}
