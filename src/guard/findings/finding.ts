import type { RequestContext } from '../events/events.ts';
import type { Category } from '../rules/engine/rule.ts';
import type { RuleId } from '../rules/engine/rule-id.ts';
import type { Place } from '../stack/place.ts';

/** A place in the user's program, with the lines around it where the source can be read. */
export interface FindingPlace extends Place {
  readonly codeFrame?: string;
}

/** One misuse at one place. */
export interface Finding {
  /** The id of the rule: `use-after-end`, … */
  readonly rule: RuleId;
  readonly category: Category;
  readonly severity: 'warn' | 'error';
  /** Which of the rule's messages it is. */
  readonly messageId: string;
  /** One sentence that says what happened. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  /** What the message was made from. It has names of commands and collections; never ids, tokens or document content. */
  readonly data: Readonly<Record<string, string | number>>;
  /** The page of the rule: the path of a file in the installed package; a path inside the package if it is bundled. */
  readonly docs: string;
  /** The line of the misuse; absent if no stack was captured (see `docs/findings.md`). */
  readonly place?: FindingPlace;
  /**
   * The callers of that line, if it is in a shared layer (a generic repository, a plugin): innermost first, one for each file.
   * Places with different callers are different findings.
   */
  readonly calledFrom?: readonly Place[];
  /** Where the session or the transaction was started. */
  readonly startedAt?: Place;
  /** Which of the two was started. */
  readonly started?: 'session' | 'transaction';
  /** Where the session, the transaction or the client was ended. */
  readonly endedAt?: Place;
  /** When it happened first: milliseconds since 1970; 0 in the replay of a trace, which has no time of day. */
  readonly at: number;
  /**
   * The request or job in which the session was started, also where a timer has found it; without a session, the request in
   * which it happened. Absent outside any request, and if nothing is known of it.
   */
  readonly context?: RequestContext;
  /** How often it happened at this place so far. It grows after the finding was reported. */
  readonly count: number;
}

/** One time that a finding was made: whose misuse it was, by the numbers of the events. */
export interface Occurrence {
  readonly client: number;
  readonly session?: number | undefined;
  /** The operation at whose line it was made. */
  readonly operation?: number | undefined;
}

export type FindingListener = (finding: Finding) => void;

/** With whose misuse it was. A replay does not know it. */
export type OccurrenceListener = (finding: Finding, occurrence: Occurrence | undefined) => void;
