import { codes } from '../errors/codes.ts';
import { SessionGuardError } from '../errors/errors.ts';
import type { Finding } from '../report/finding.ts';
import { placeText } from '../report/place.ts';
import { escapeText } from '../report/escape-text.ts';
import type { Reporter } from '../report/reporter.ts';
import { type ConfiguredRule } from '../policy/configure.ts';
import type { Report, RuleMeta } from '../rules/rule.ts';
import { clock } from '../session/clock.ts';
import type { SessionGuardEvent, SessionStarted, Site } from '../session/events.ts';
import { inTransaction, type SessionRecord } from '../session/record.ts';
import { Ruleset } from '../session/ruleset.ts';
import type { Spine } from '../session/spine.ts';
import { type Counters, newCounters } from './counters.ts';
import { ruleFailed } from './failures.ts';
import type { GuardSettings } from './settings.ts';
import { SiteCapture } from './site-capture.ts';
import { starvation } from './starvation.ts';
import { Ticker } from './ticker.ts';

type Undated<E> = E extends SessionGuardEvent ? E | Omit<E, 'v' | 'at' | 'client'> : never;

/** One observed client: its rules, its settings, and the way of its events to the spine. */
export class ClientGuard {
  readonly id: number;
  readonly settings: GuardSettings;
  readonly reporter: Reporter;
  readonly counters: Counters = newCounters();
  readonly sites = new SiteCapture();
  /** The callbacks of `withSession` and `withTxn` that are running. */
  readonly callbacks = new Set<object>();
  /** `draining`: close was called, work is waited for. `closing`: the driver is closing, and ends sessions by itself. */
  phase: 'open' | 'draining' | 'closing' = 'open';
  closeUnderWay: Promise<void> | undefined;
  /** The grace of the next close, where its caller has said another one than the settings. */
  nextGraceMS: number | undefined;
  closeSite: Site | undefined;
  readonly #spine: Spine;
  readonly #rules: Ruleset;
  readonly #ticker: Ticker | undefined;
  #refusal: SessionGuardError | undefined;

  constructor(
    id: number,
    spine: Spine,
    reporter: Reporter,
    rules: readonly ConfiguredRule[],
    settings: GuardSettings,
  ) {
    this.id = id;
    this.#spine = spine;
    this.reporter = reporter;
    this.settings = settings;
    this.#rules = new Ruleset(rules, {
      onReport: (meta, severity, report) => this.#onReport(meta, severity, report),
      sessionsOf: client => spine.world.ofClient(client),
      clients: () => spine.world.clients.all(),
      placeOf: placeText,
      starvedMS: () => starvation.totalMS(),
      kept: (rule, make) => spine.world.kept(rule, make),
      onRuleFailed: ruleFailed,
    });
    if (this.#rules.handles('clock.ticked')) this.#ticker = new Ticker(() => this.#tick());
  }

  open(event: Undated<SessionStarted>): SessionRecord {
    this.counters.sessionsStarted += 1;
    this.#ticker?.start();
    return this.#spine.open(this.#date<SessionStarted>(event), this.#rules);
  }

  publish(event: Undated<SessionGuardEvent>, session?: SessionRecord): void {
    this.#spine.publish(this.#date<SessionGuardEvent>(event), this.#rules, session);
  }

  /** Publishes, and returns the error to reject the call with, if a rule of severity `error` has fired at it. */
  ask(event: Undated<SessionGuardEvent>, session?: SessionRecord): SessionGuardError | undefined {
    this.#refusal = undefined;
    this.publish(event, session);
    const refusal = this.#refusal;
    this.#refusal = undefined;
    return refusal;
  }

  sessions(): SessionRecord[] {
    return [...this.#spine.world.ofClient(this.id)];
  }

  /** Completes a fresh event in place: a copy would cost more than all its rules. */
  #date<E extends SessionGuardEvent>(event: Undated<E>): E {
    const dated = event as { -readonly [K in 'v' | 'at' | 'client']?: E[K] };
    // The events of operations come complete, in one shape each: they are the many.
    if (dated.v === 1) return event as unknown as E;
    dated.v = 1;
    dated.at = clock.now();
    dated.client = this.id;
    return event as unknown as E;
  }

  #tick(): 'go on' | 'stop' {
    const sessions = this.sessions();
    if (sessions.length === 0) return 'stop';
    starvation.watch(sessions.some(inTransaction) ? 'often' : 'seldom');
    const starvedMS = starvation.totalMS();
    this.publish({ type: 'clock.ticked', starvedMS: starvedMS > 0 ? Math.round(starvedMS) : undefined });
    return 'go on';
  }

  #onReport(meta: RuleMeta, severity: 'warn' | 'error', report: Report): void {
    const finding = this.reporter.report(meta, severity, report);
    if (report.site === undefined) this.sites.want();
    if (finding !== undefined && severity === 'error') this.#refusal ??= asError(finding);
  }
}

function asError(finding: Finding): SessionGuardError {
  const at = finding.place === undefined ? '' : ` (at ${finding.place.file}:${finding.place.line})`;
  const message = escapeText(`${finding.message}${at} ${finding.fix}`);
  return new SessionGuardError(codes.finding, message, { rule: finding.rule, docs: finding.docs });
}
