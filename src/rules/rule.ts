import type { EventOf, EventType, Site } from '../session/events.ts';
import type { ClientRecord } from '../session/client-records.ts';
import type { SessionRecord } from '../session/record.ts';

/** A promise: `correctness` is never wrong about the fault. What cannot be decided from events is `suspicious`. */
export type Category = 'correctness' | 'suspicious' | 'performance' | 'config';

export type Severity = 'off' | 'warn' | 'error';

export interface Message {
  /** One sentence; `{name}` is replaced by the report's data. */
  readonly says: string;
  /** What to do about it, as an instruction. */
  readonly fix: string;
}

export type RuleOptions = Readonly<Record<string, number>>;

export interface RuleMeta<M extends string = string> {
  readonly id: string;
  readonly category: Category;
  /** The page of the rule, as a path inside this package. */
  readonly docs: string;
  /** Severity in the preset `recommended`. */
  readonly recommended: Severity;
  readonly messages: Readonly<Record<M, Message>>;
  /** The options of the rule with their defaults; all are numbers, with the unit in the name. */
  readonly defaults: RuleOptions;
}

export interface Report<M extends string = string> {
  readonly messageId: M;
  readonly data?: Readonly<Record<string, string | number>>;
  /** The line of the misuse. */
  readonly site?: Site | undefined;
  /** Shown where no place was captured for the misuse itself. */
  readonly nearby?: Site | undefined;
  readonly startedAt?: Site | undefined;
  /** What was started there. */
  readonly started?: 'session' | 'transaction';
  readonly endedAt?: Site | undefined;
  /** The session that it is about, where the event is not one of that session. */
  readonly session?: SessionRecord | undefined;
  /** What events cannot tell. */
  readonly doubt?: Doubt | undefined;
}

/** There is no finding if the source around its place, as far as the block with `block` in it, has `code` in it. */
export interface Doubt {
  readonly block: RegExp;
  readonly code: RegExp;
}

export interface RuleContext<M extends string = string> {
  readonly options: RuleOptions;
  readonly report: (report: Report<M>) => void;
  /** The open sessions of a client. */
  readonly sessionsOf: (client: number) => Iterable<SessionRecord>;
  /** The clients of the process, in the order in which they first began to connect; those of long ago are forgotten. */
  readonly clients: () => Iterable<ClientRecord>;
  /** The user's line of a site as text, to tell whether two are the same. Not cheap. */
  readonly placeOf: (site: Site | undefined) => string | undefined;
  /** For how much of the time until now the process did not get to run though it had something to do, in milliseconds. */
  readonly starvedMS: () => number;
  /** What this rule keeps in mind over all clients of the process. `make` is called once. */
  readonly ofProcess: <T extends object>(make: () => T) => T;
  /** True if any rule has reported something of this session. */
  readonly hasFinding: (session: SessionRecord) => boolean;
}

/** An event of one session comes with the session's record, as it was before the event. */
export type Handler<T extends EventType> =
  EventOf<T> extends { readonly session: number }
    ? (event: EventOf<T>, session: SessionRecord) => void
    : (event: EventOf<T>) => void;

export type Handlers = { readonly [T in EventType]?: Handler<T> };

export interface Rule<M extends string = string> {
  readonly meta: RuleMeta<M>;
  create(context: RuleContext<M>): Handlers;
}

/** Gives a rule its types: `report` accepts only the rule's own message ids. */
export function defineRule<M extends string>(rule: Rule<M>): Rule<M> {
  return rule;
}

export function docsOf(id: string): string {
  return `docs/rules/${id}.md`;
}
