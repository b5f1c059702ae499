import type { EventOf, Site } from '../../session/events.ts';
import type { SessionRecord } from '../../session/record.ts';
import type { RetryCause } from './retry-cause.ts';

/** A transaction by hand that met an error which a second attempt may not meet, and was given up. */
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
  /** Those that nobody has started again. */
  waiting: GivenUp[];
  lastAt: number;
}

/** What is kept in mind of one line: a program that gives up without end tells the same each time. */
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
    // A loop may come to the end of its attempts.
    if (!this.#again.has(givenUp.session) && line.waiting.length < mostWaiting) line.waiting.push(givenUp);
  }

  /** What is started at the same line, or on the same session, is the second attempt. */
  start({ line: key, at }: Started, session: SessionRecord, withinMS: number): void {
    this.#again.delete(session);
    const isFirst = (givenUp: GivenUp) => givenUp.session === session;
    for (const [other, line] of this.#lines) {
      const isRepeated = line.waiting.some(isFirst);
      if (other !== key && !isRepeated) continue;
      if (isRepeated || at - line.lastAt <= withinMS) this.#again.add(session);
      line.waiting = other === key ? [] : line.waiting.filter(givenUp => !isFirst(givenUp));
    }
  }

  /** Takes those out for which the time of a second attempt is over. */
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
