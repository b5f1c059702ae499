import type { EventOf, EventType, Site } from '../../events/events.ts';
import type { ClientRecord } from '../../events/client-records.ts';
import type { SessionRecord } from '../../events/record.ts';
import type { FactOf } from './facts.ts';

/** A promise: `correctness` rules report only real faults. If events cannot prove the fault, the rule is `suspicious`. */
export type Category = 'correctness' | 'suspicious' | 'performance' | 'config';

export type Severity = 'off' | 'warn' | 'error';

export interface Message {
  /** One sentence; `{name}` is replaced by the report's data. */
  readonly says: string;
  /** What to do about it, as an instruction. */
  readonly fix: string;
}

export type RuleOptions = Readonly<Record<string, number>>;

export interface RuleMeta<M extends string = string, O extends RuleOptions = RuleOptions> {
  readonly id: string;
  readonly category: Category;
  /** The page of the rule, as a path inside this package. */
  readonly docs: string;
  /** Severity in the preset `recommended`. */
  readonly recommended: Severity;
  readonly messages: Readonly<Record<M, Message>>;
  /** The options of the rule with their defaults; all are numbers, with the unit in the name. */
  readonly defaults: O;
}

export interface Report<M extends string = string> {
  readonly messageId: M;
  readonly data?: Readonly<Record<string, string | number>>;
  /** The line of the misuse. */
  readonly site?: Site | undefined;
  /** Shown if no place was captured for the misuse itself. */
  readonly nearby?: Site | undefined;
  readonly startedAt?: Site | undefined;
  /** What was started there. */
  readonly started?: 'session' | 'transaction';
  readonly endedAt?: Site | undefined;
  /** The session that the report is about, if the event does not belong to that session. */
  readonly session?: SessionRecord | undefined;
  /** A check of the source, for what events cannot show. */
  readonly doubt?: Doubt | undefined;
}

/** There is no finding if the source around its place, as far as the block with `block` in it, has `code` in it. */
export interface Doubt {
  readonly block: RegExp;
  readonly code: RegExp;
}

export interface RuleContext<M extends string = string, O extends RuleOptions = RuleOptions> {
  /** The defaults of the rule, with what the user has set. */
  readonly options: O;
  readonly report: (report: Report<M>) => void;
  /** The open sessions of a client. */
  readonly sessionsOf: (client: number) => Iterable<SessionRecord>;
  /** The clients of the process, in the order in which they first began to connect; old closed clients are dropped. */
  readonly clients: () => Iterable<ClientRecord>;
  /** The user's line of a site as text, to check whether two are the same. Not cheap. */
  readonly placeOf: (site: Site | undefined) => string | undefined;
  /** How long in total the process did not get processor time although it had work to do, in milliseconds. */
  readonly starvedMS: () => number;
  /** State of this rule that all clients of the process share. `make` is called once. */
  readonly ofProcess: <T extends object>(make: () => T) => T;
  /** True if any rule has reported this session. */
  readonly hasFinding: (session: SessionRecord) => boolean;
}

/** An event of one session comes with the session's record, as it was before the event. */
export type Handler<T extends EventType> =
  EventOf<T> extends { readonly session: number }
    ? (event: EventOf<T>, session: SessionRecord) => void
    : (event: EventOf<T>) => void;

/** A handler for some of the events of a type, see `when`. */
export interface ConditionalHandler<T extends EventType> {
  readonly facts: readonly FactOf<T>[];
  readonly handle: Handler<T>;
}

export type Handlers = { readonly [T in EventType]?: Handler<T> | ConditionalHandler<T> };

export interface Rule<M extends string = string, O extends RuleOptions = RuleOptions> {
  readonly meta: RuleMeta<M, O>;
  create(context: RuleContext<M>): Handlers;
}

/** A rule as it is written: its `options` are those of its `defaults`. */
interface WrittenRule<M extends string, O extends RuleOptions> {
  readonly meta: RuleMeta<M, O>;
  create(context: RuleContext<M, O>): Handlers;
}

/** Gives a rule its types: `report` accepts only the rule's own message ids, and `options` has what `defaults` has. */
export function defineRule<M extends string, O extends RuleOptions>(rule: WrittenRule<M, O>): Rule<M, O> {
  return rule;
}

export function docsOf(id: string): string {
  return `docs/rules/${id}.md`;
}

/** A handler that is called only for events of which at least one of the facts is true. */
export function when<T extends EventType>(
  facts: readonly FactOf<T>[],
  handle: Handler<T>,
): ConditionalHandler<T> {
  return { facts, handle };
}
