import { placeText } from '../report/place.ts';
import type { ConfiguredRule } from '../policy/configure.ts';
import type { SessionGuardEvent } from '../session/events.ts';
import type { SessionRecord } from '../session/record.ts';
import { type OnReport, Ruleset } from '../session/ruleset.ts';
import { Spine } from '../session/spine.ts';
import { World } from '../session/world.ts';

/** Sends events through rules and records as the process that they come from did, without a driver. */
export class OfflineRun {
  readonly #rules: readonly ConfiguredRule[];
  readonly #onReport: OnReport;
  readonly #world = new World();
  readonly #spine = new Spine(this.#world, rethrow);
  /** Also those that have ended: they can be used all the same. */
  readonly #sessions = new Map<number, SessionRecord>();
  #starvedMS = 0;
  readonly #rulesets = new Map<number, Ruleset>();

  constructor(rules: readonly ConfiguredRule[], onReport: OnReport) {
    this.#rules = rules;
    this.#onReport = onReport;
  }

  /** Events of a session whose start was not recorded are passed over: too little is known of it. */
  publish(event: SessionGuardEvent): void {
    if (event.type === 'clock.ticked') this.#starvedMS = event.starvedMS ?? this.#starvedMS;
    if (event.type === 'scope.left') return this.#spine.publishToWorld(event);
    const rules = this.#rulesOf(event.client);
    if (event.type === 'session.started') {
      this.#sessions.set(event.session, this.#spine.open(event, rules));
      return;
    }
    const session = 'session' in event ? this.#sessions.get(event.session) : undefined;
    if ('session' in event && session === undefined) return;
    this.#spine.publish(event, rules, session);
  }

  /** Each client has rules of its own, as rules may keep something in mind. */
  #rulesOf(client: number): Ruleset {
    const known = this.#rulesets.get(client);
    if (known !== undefined) return known;
    const made = new Ruleset(this.#rules, {
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

/** Offline there is no program to protect: a rule that throws is an error of its author's. */
function rethrow(error: unknown): never {
  throw error;
}
