import type { EventOf, Site } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import type { RetryCause } from './retry-cause.ts';

/** A manual transaction that failed with an error that a second attempt may avoid, and was given up. */
export interface GivenUp {
  readonly client: number;
  readonly session: SessionRecord;
  readonly at: number;
  readonly site: Site | undefined;
  readonly cause: RetryCause;
}

type Started = EventOf<'transaction.started'>;

/** The transactions that one line of the program has started by hand. */
interface Line {
  /** Transactions that were not started again. */
  waiting: GivenUp[];
  lastAt: number;
}

/** Limit for each line: more transactions of the same line show nothing new. */
const mostWaiting = 50;

/** The transactions of the process that were given up and may be started again, by the line that starts them. */
export class GivenUpTransactions {
  readonly #lines = new Map<string, Line>();
  /** Sessions whose transaction may be a second attempt. */
  readonly #again = new WeakSet<SessionRecord>();

  add(key: string, givenUp: GivenUp): void {
    const line = this.#lines.get(key) ?? { waiting: [], lastAt: givenUp.at };
    this.#lines.set(key, line);
    line.lastAt = givenUp.at;
    // A loop may stop after its last attempt.
    if (!this.#again.has(givenUp.session) && line.waiting.length < mostWaiting) line.waiting.push(givenUp);
  }

  /** A transaction that starts at the same line, or on the same session, is the second attempt. */
  start({ line: key, at }: Started, session: SessionRecord, withinMS: number): void {
    this.#again.delete(session);
    if (this.#lines.size === 0) return;
    const isFirst = (givenUp: GivenUp) => givenUp.session === session;
    for (const [other, line] of this.#lines) {
      const isRepeated = line.waiting.some(isFirst);
      if (other !== key && !isRepeated) continue;
      if (isRepeated || at - line.lastAt <= withinMS) this.#again.add(session);
      line.waiting = other === key ? [] : line.waiting.filter(givenUp => !isFirst(givenUp));
    }
  }

  /** Removes and returns the transactions for which the time of a second attempt is over. */
  take(isOver: (givenUp: GivenUp) => boolean): readonly GivenUp[] {
    const taken: GivenUp[] = [];
    for (const [key, line] of this.#lines) {
      const over = line.waiting.filter(isOver);
      if (over.length === 0) continue;
      taken.push(...over);
      line.waiting = line.waiting.filter(givenUp => !over.includes(givenUp));
      if (line.waiting.length === 0) this.#lines.delete(key);
    }
    return taken;
  }
}
