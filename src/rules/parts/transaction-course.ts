import type { Operation, OperationKind } from '../../session/events.ts';
import type { SessionRecord } from '../../session/record.ts';
import { describe } from '../describe.ts';

/** Around other operations: while nothing else is in flight, the server waits. */
const around: ReadonlySet<OperationKind> = new Set(['helper', 'commit', 'abort']);

/** True for what the server is at work on as a part of the transaction. */
export function isWork({ inTransaction, kind }: Operation): boolean {
  return inTransaction && !around.has(kind);
}

/** A time in which the server held the transaction open and had nothing to do for it. */
export interface Pause {
  readonly ms: number;
  readonly after: Operation;
  readonly before: Operation | string;
}

/** How a transaction has gone so far, from its first operation: until then the server knows of none. */
export class TransactionCourse {
  readonly openedAt: number;
  /** The transaction has been told of. */
  reported = false;
  #last: { readonly operation: Operation; readonly at: number } | undefined;
  #longest: Pause | undefined;

  constructor(at: number) {
    this.openedAt = at;
  }

  /** The longest one that has ended. */
  get pause(): Pause | undefined {
    return this.#longest;
  }

  settles(operation: Operation, at: number): void {
    this.#last = { operation, at };
  }

  /** The longest pause, of those that have ended and the one that ends here, if nothing is in flight. */
  longest(session: SessionRecord, at: number, before: Pause['before']): Pause | undefined {
    const last = this.#last;
    if (last === undefined || isAtWork(session)) return this.#longest;
    const ms = at - last.at;
    if (this.#longest === undefined || ms > this.#longest.ms)
      this.#longest = { ms, after: last.operation, before };
    return this.#longest;
  }
}

function isAtWork({ openOperations }: SessionRecord): boolean {
  for (const open of openOperations.values()) if (!around.has(open.kind)) return true;
  return false;
}

/** A pause in the words of a message. */
export function told({ ms, after, before }: Pause): {
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
