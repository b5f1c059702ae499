import { placeText } from '../../guard/stack/place.ts';
import type { ConfiguredRule } from '../../guard/rules/engine/configure.ts';
import type { SessionGuardEvent } from '../../guard/events/events.ts';
import type { SessionRecord } from '../../guard/events/record.ts';
import { type OnReport, RuleSet } from '../../guard/rules/engine/rule-set.ts';
import { EventPipeline } from '../../guard/events/event-pipeline.ts';
import { World } from '../../guard/events/world.ts';

/** Sends events through rules and records, like the process that recorded them, but without a driver. */
export class OfflineRun {
  readonly #rules: readonly ConfiguredRule[];
  readonly #onReport: OnReport;
  readonly #world = new World();
  readonly #pipeline = new EventPipeline(this.#world, rethrow);
  /** Also sessions that have ended, because a trace can use them after their end. */
  readonly #sessions = new Map<number, SessionRecord>();
  #starvedMS = 0;
  readonly #rulesets = new Map<number, RuleSet>();

  constructor(rules: readonly ConfiguredRule[], onReport: OnReport) {
    this.#rules = rules;
    this.#onReport = onReport;
  }

  /** Events of a session whose start was not recorded are ignored: too little is known about it. */
  publish(event: SessionGuardEvent): void {
    if (event.type === 'clock.ticked') this.#starvedMS = event.starvedMS ?? this.#starvedMS;
    if (event.type === 'scope.left') return this.#pipeline.publishToWorld(event);
    const rules = this.#rulesOf(event.client);
    if (event.type === 'session.started') {
      this.#sessions.set(event.session, this.#pipeline.open(event, rules));
      return;
    }
    const session = 'session' in event ? this.#sessions.get(event.session) : undefined;
    if ('session' in event && session === undefined) return;
    this.#pipeline.publish(event, rules, session);
  }

  /** Each client has its own rules, because rules may have state. */
  #rulesOf(client: number): RuleSet {
    const known = this.#rulesets.get(client);
    if (known !== undefined) return known;
    const made = new RuleSet(this.#rules, {
      onReport: this.#onReport,
      sessionsOf: id => this.#world.ofClient(id),
      clients: () => this.#world.clients.all(),
      placeOf: placeText,
      starvedMS: () => this.#starvedMS,
      kept: (rule, make) => this.#world.kept(rule, make),
      onRuleFailed: (_, error) => rethrow(error),
    });
    this.#rulesets.set(client, made);
    return made;
  }
}

/** Offline there is no program to protect: if a rule throws, its author should see the error. */
function rethrow(error: unknown): never {
  throw error;
}
