import type { Category } from '../rules/rule.ts';
import type { RuleId } from '../rules/rule-id.ts';
import type { Place } from './place.ts';

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
  /** What the message was made from. Names of commands and collections; never ids, tokens or document content. */
  readonly data: Readonly<Record<string, string | number>>;
  /** The page of the rule: the path of a file in the installed package; a path inside the package where it is bundled. */
  readonly docs: string;
  /** The line of the misuse; absent where no stack was captured (see `docs/findings.md`). */
  readonly place?: FindingPlace;
  /**
   * Who has called that line, where it is in a layer that serves many (a generic repository, a plugin): innermost first, one
   * for each file. Places with different callers are different findings.
   */
  readonly calledFrom?: readonly Place[];
  /** Where the session or the transaction was started. */
  readonly startedAt?: Place;
  /** Which of them. */
  readonly started?: 'session' | 'transaction';
  /** Where the session, the transaction or the client was ended. */
  readonly endedAt?: Place;
  /** How often it happened at this place so far. It grows after the finding was reported. */
  readonly count: number;
}

export type FindingListener = (finding: Finding) => void;
