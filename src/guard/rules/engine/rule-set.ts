import type { ConfiguredRule } from './configure.ts';
import { type Fact, factsOf, neededBy } from './facts.ts';
import type { Report, RuleContext, RuleMeta } from './rule.ts';
import type { EventType, SessionGuardEvent, Site } from '../../events/events.ts';
import type { ClientRecord } from '../../events/client-records.ts';
import type { SessionRecord } from '../../events/record.ts';

/** What a rule was called with when it reported. */
export interface Occasion {
  readonly event: SessionGuardEvent;
  readonly session: SessionRecord | undefined;
}

/** Gets the reports of rules: it makes a finding of a report, or a refusal. */
export type OnReport = (
  meta: RuleMeta,
  severity: 'warn' | 'error',
  report: Report,
  occasion: Occasion | undefined,
) => void;

export interface RuleSetHooks {
  readonly onReport: OnReport;
  readonly sessionsOf: (client: number) => Iterable<SessionRecord>;
  readonly clients: () => Iterable<ClientRecord>;
  readonly placeOf: (site: Site | undefined) => string | undefined;
  readonly starvedMS: () => number;
  /** State of a rule that is shared by all clients. */
  readonly kept: <T extends object>(rule: string, make: () => T) => T;
  /** A rule has thrown: it is off from now on. */
  readonly onRuleFailed: (rule: string, error: unknown) => void;
}

/** The sessions that some rule has reported. */
const withFindings = new WeakSet<SessionRecord>();

function hasFinding(session: SessionRecord): boolean {
  return withFindings.has(session);
}

type AnyHandler = (event: SessionGuardEvent, session: SessionRecord | undefined) => void;

type AnyHandlers = Readonly<
  Record<string, AnyHandler | { readonly facts: readonly Fact[]; readonly handle: AnyHandler }>
>;

interface Entry {
  readonly rule: string;
  /** The facts without which the handler has nothing to do. */
  readonly needs: number;
  readonly handle: AnyHandler;
}

/** The handlers for one type of events. */
interface Entries {
  readonly all: readonly Entry[];
  /** What each of them needs, in one array of numbers: most handlers are then not even looked at. */
  readonly needs: readonly number[];
  /** The facts without which none of them has anything to do. */
  readonly needed: number;
}

function entriesOf(all: readonly Entry[]): Entries {
  const needs = all.map(entry => entry.needs);
  return { all, needs, needed: needs.reduce((sum, one) => sum | one, 0) };
}

/** The rules that are on, as a table of handlers by event type: an event costs only the rules that want it. */
export class RuleSet {
  readonly #table = new Map<EventType, Entries>();
  readonly #hooks: RuleSetHooks;
  /** The event that is being dispatched, and its session. */
  #event: SessionGuardEvent | undefined;
  #session: SessionRecord | undefined;

  constructor(rules: readonly ConfiguredRule[], hooks: RuleSetHooks) {
    this.#hooks = hooks;
    for (const configured of rules)
      if (configured.severity !== 'off') this.#add(configured, configured.severity);
  }

  #add({ rule, options }: ConfiguredRule, severity: 'warn' | 'error'): void {
    const { onReport, sessionsOf, clients, placeOf, starvedMS, kept } = this.#hooks;
    const { id } = rule.meta;
    const report = (what: Report) => {
      const event = this.#event;
      const own = this.#session;
      const session = what.session ?? own;
      if (session !== undefined) withFindings.add(session);
      onReport(rule.meta, severity, what, event && { event, session });
      // A listener for findings may have used the client, whose events were dispatched meanwhile.
      this.#event = event;
      this.#session = own;
    };
    const ofProcess: RuleContext['ofProcess'] = make => kept(id, make);
    const context = { options, report, sessionsOf, clients, placeOf, starvedMS, ofProcess, hasFinding };
    const handlers = rule.create(context) as AnyHandlers;
    for (const [type, handler] of Object.entries(handlers)) {
      const { facts, handle } =
        typeof handler === 'function' ? { facts: undefined, handle: handler } : handler;
      const entry: Entry = { rule: id, needs: neededBy(facts), handle };
      const before = this.#table.get(type as EventType)?.all ?? [];
      this.#table.set(type as EventType, entriesOf([...before, entry]));
    }
  }

  handles(type: EventType): boolean {
    return this.#table.has(type);
  }

  dispatch(event: SessionGuardEvent, session: SessionRecord | undefined): void {
    const entries = this.#table.get(event.type);
    if (entries === undefined) return;
    const facts = factsOf(event, session);
    if ((entries.needed & facts) === 0) return;
    this.#event = event;
    this.#session = session;
    const { all, needs } = entries;
    for (let at = 0; at < needs.length; at += 1) {
      if (((needs[at] ?? 0) & facts) !== 0) this.#call(all[at], event, session);
    }
  }

  #call(entry: Entry | undefined, event: SessionGuardEvent, session: SessionRecord | undefined): void {
    if (entry === undefined) return;
    try {
      entry.handle(event, session);
    } catch (error) {
      this.#drop(entry.rule, error);
    }
  }

  #drop(rule: string, error: unknown): void {
    for (const [type, { all }] of this.#table)
      this.#table.set(type, entriesOf(all.filter(entry => entry.rule !== rule)));
    this.#hooks.onRuleFailed(rule, error);
  }
}
