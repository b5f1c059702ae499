import type { ConfiguredRule } from '../policy/configure.ts';
import type { Handlers, Report, RuleContext, RuleMeta } from '../rules/rule.ts';
import type { EventType, SessionGuardEvent, Site } from './events.ts';
import type { ClientRecord } from './client-records.ts';
import type { SessionRecord } from './record.ts';

/** What a rule's report becomes; decided outside, by the policy. */
export type OnReport = (meta: RuleMeta, severity: 'warn' | 'error', report: Report) => void;

export interface RulesetHooks {
  readonly onReport: OnReport;
  readonly sessionsOf: (client: number) => Iterable<SessionRecord>;
  readonly clients: () => Iterable<ClientRecord>;
  readonly placeOf: (site: Site | undefined) => string | undefined;
  readonly starvedMS: () => number;
  /** What a rule keeps in mind over all clients. */
  readonly kept: <T extends object>(rule: string, make: () => T) => T;
  /** A rule has thrown: it is out of use from here on. */
  readonly onRuleFailed: (rule: string, error: unknown) => void;
}

/** The sessions that some rule has spoken of. */
const withFindings = new WeakSet<SessionRecord>();

function hasFinding(session: SessionRecord): boolean {
  return withFindings.has(session);
}

type AnyHandler = (event: SessionGuardEvent, session: SessionRecord | undefined) => void;

interface Entry {
  readonly rule: string;
  readonly handle: AnyHandler;
}

/** The rules that are on, as a table of handlers by event type: an event costs only the rules that want it. */
export class Ruleset {
  readonly #table = new Map<EventType, Entry[]>();
  readonly #hooks: RulesetHooks;
  /** The session whose event is being dispatched. */
  #current: SessionRecord | undefined;

  constructor(rules: readonly ConfiguredRule[], hooks: RulesetHooks) {
    this.#hooks = hooks;
    for (const configured of rules)
      if (configured.severity !== 'off') this.#add(configured, configured.severity);
  }

  #add({ rule, options }: ConfiguredRule, severity: 'warn' | 'error'): void {
    const { onReport, sessionsOf, clients, placeOf, starvedMS, kept } = this.#hooks;
    const { id } = rule.meta;
    const report = (what: Report) => {
      const about = what.session ?? this.#current;
      if (about !== undefined) withFindings.add(about);
      onReport(rule.meta, severity, what);
    };
    const ofProcess: RuleContext['ofProcess'] = make => kept(id, make);
    const context = { options, report, sessionsOf, clients, placeOf, starvedMS, ofProcess, hasFinding };
    const handlers: Handlers = rule.create(context);
    for (const [type, handle] of Object.entries(handlers) as [EventType, AnyHandler][]) {
      this.#table.set(type, [...(this.#table.get(type) ?? []), { rule: id, handle }]);
    }
  }

  handles(type: EventType): boolean {
    return this.#table.has(type);
  }

  dispatch(event: SessionGuardEvent, session: SessionRecord | undefined): void {
    const entries = this.#table.get(event.type);
    if (entries === undefined) return;
    this.#current = session;
    for (const entry of entries) {
      try {
        entry.handle(event, session);
      } catch (error) {
        this.#drop(entry.rule, error);
      }
    }
  }

  #drop(rule: string, error: unknown): void {
    for (const [type, entries] of this.#table)
      this.#table.set(
        type,
        entries.filter(entry => entry.rule !== rule),
      );
    this.#hooks.onRuleFailed(rule, error);
  }
}
