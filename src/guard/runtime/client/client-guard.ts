import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import type { Finding, Occurrence } from '../../findings/finding.ts';
import { placeText } from '../../stack/place.ts';
import { escapeText } from '../../../platform/escape-text.ts';
import type { Reporter } from '../../findings/reporter.ts';
import type { ConfiguredRule } from '../../rules/engine/configure.ts';
import type { Report, RuleMeta } from '../../rules/engine/rule.ts';
import { clock } from '../../../platform/time/clock.ts';
import type { Operation, SessionGuardEvent, SessionStarted, Site } from '../../events/events.ts';
import type { TransactionSummary } from '../transaction/transaction-summary.ts';
import { inTransaction, type SessionRecord } from '../../events/record.ts';
import { type Occasion, RuleSet } from '../../rules/engine/rule-set.ts';
import type { EventPipeline } from '../../events/event-pipeline.ts';
import { ruleFailed } from '../../../platform/failures.ts';
import { currentContext } from '../../scope/lookup.ts';
import { SiteCapture, type SiteKind, siteKindOf } from '../../scope/site-capture.ts';
import { Contention } from '../contention/contention.ts';
import { KeyedMutex } from '../../../platform/keyed-mutex.ts';
import { trackFinding } from '../tracking/subjects.ts';
import { trackers } from '../tracking/trackers.ts';
import { starvation } from '../../../platform/time/starvation.ts';
import { Ticker } from '../../../platform/time/ticker.ts';

/** The counts of `stats()`, from the time when the client was guarded. */
export interface Counters {
  sessionsStarted: number;
  sessionsEnded: number;
  transactionsCommitted: number;
  transactionsAborted: number;
  transactionsRetried: number;
  networkErrorsLabelled: number;
}

export function newCounters(): Counters {
  return {
    sessionsStarted: 0,
    sessionsEnded: 0,
    transactionsCommitted: 0,
    transactionsAborted: 0,
    transactionsRetried: 0,
    networkErrorsLabelled: 0,
  };
}

/** The settings of a manager for its client, or of the preload for a client without a manager. */
export interface GuardSettings {
  readonly protect: boolean;
  readonly drainTimeoutMS: number;
  readonly closeGraceMS: number;
  /** The `maxTimeMS` of reads and writes that have no limit of their own. */
  readonly operationTimeoutMS?: number | undefined;
}

/** How long an end and a close wait, unless the user says otherwise. */
export const defaultWaits = { drainTimeoutMS: 5000, closeGraceMS: 10_000 } as const;

export const observing: GuardSettings = { protect: false, ...defaultWaits };

type Undated<E> = E extends SessionGuardEvent ? E | Omit<E, 'v' | 'at' | 'client'> : never;

/** One observed client: its rules, its settings, and the path of its events to the pipeline. */
export class ClientGuard {
  readonly id: number;
  readonly settings: GuardSettings;
  readonly reporter: Reporter;
  readonly counters: Counters = newCounters();
  readonly sites = new SiteCapture();
  /** Of a protected client: its transactions that conflict. */
  readonly contention = new Contention();
  /** For `serializeBy`: one transaction at a time for each key. */
  readonly turns = new KeyedMutex();
  /** The callbacks of `withSession` and `withTxn` that are running. */
  readonly callbacks = new Set<object>();
  /** They hear of each transaction when it is over; none of them throws. */
  readonly runListeners = new Set<(summary: TransactionSummary) => void>();
  /** `draining`: `close` was called and waits for work. `closing`: the driver closes, and ends sessions itself. */
  phase: 'open' | 'draining' | 'closing' = 'open';
  closeUnderWay: Promise<void> | undefined;
  closeSite: Site | undefined;
  readonly #pipeline: EventPipeline;
  readonly #rules: RuleSet;
  readonly #ticker: Ticker | undefined;
  #refusal: SessionGuardError | undefined;

  constructor(
    id: number,
    pipeline: EventPipeline,
    reporter: Reporter,
    rules: readonly ConfiguredRule[],
    settings: GuardSettings,
  ) {
    this.id = id;
    this.#pipeline = pipeline;
    this.reporter = reporter;
    this.settings = settings;
    this.#rules = new RuleSet(rules, {
      onReport: (meta, severity, report, occasion) => this.#onReport(meta, severity, report, occasion),
      sessionsOf: client => pipeline.world.ofClient(client),
      clients: () => pipeline.world.clients.all(),
      placeOf: placeText,
      starvedMS: () => starvation.totalMS(),
      kept: (rule, make) => pipeline.world.kept(rule, make),
      onRuleFailed: ruleFailed,
    });
    if (this.#rules.handles('clock.ticked')) this.#ticker = new Ticker(() => this.#tick());
  }

  open(event: Undated<SessionStarted>): SessionRecord {
    this.counters.sessionsStarted += 1;
    this.#ticker?.start();
    return this.#pipeline.open(this.#date<SessionStarted>(event), this.#rules);
  }

  publish(event: Undated<SessionGuardEvent>, session?: SessionRecord): void {
    this.#pipeline.publish(this.#date<SessionGuardEvent>(event), this.#rules, session);
  }

  /** Publishes an event. @returns the error with which the call is rejected, if a rule of severity `error` has fired */
  publishAndAsk(event: Undated<SessionGuardEvent>, session?: SessionRecord): SessionGuardError | undefined {
    this.#refusal = undefined;
    this.publish(event, session);
    const refusal = this.#refusal;
    this.#refusal = undefined;
    return refusal;
  }

  sessions(): SessionRecord[] {
    return [...this.#pipeline.world.ofClient(this.id)];
  }

  /** Completes a new event in place: a copy would cost more than all rules. */
  #date<E extends SessionGuardEvent>(event: Undated<E>): E {
    const dated = event as { -readonly [K in 'v' | 'at' | 'client']?: E[K] };
    // The frequent ones come complete, each in one shape: fields that are added later cost more than the event.
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

  #onReport(
    meta: RuleMeta,
    severity: 'warn' | 'error',
    report: Report,
    occasion: Occasion | undefined,
  ): void {
    // A rule that watches the time runs in no request: the session knows in which it was started.
    const context = occasion?.session?.context ?? currentContext();
    const occurrence = { client: this.id, ...(occasion && ownersOf(occasion, report)) };
    const refusal = this.#refusal;
    const finding = this.reporter.report(meta, severity, report, context, occurrence);
    if (report.site === undefined) this.sites.want(occasion === undefined ? [] : siteKindsOf(occasion));
    if (finding === undefined) return;
    if (trackers.size > 0) trackFinding(finding, this.id, occasion);
    // A listener for findings may have used the client, which asks for refusals of its own.
    this.#refusal = severity === 'error' ? (refusal ?? asError(finding)) : refusal;
  }
}

/** Those of the operations that a report may be about. */
function siteKindsOf(occasion: Occasion): SiteKind[] {
  return operationsOf(occasion).map(siteKindOf);
}

function operationsOf({ event, session }: Occasion): Operation[] {
  const operations: Operation[] = [...(session?.openOperations.values() ?? [])];
  if ('operation' in event && typeof event.operation === 'object') operations.push(event.operation);
  if ('pending' in event) operations.push(...event.pending);
  return operations;
}

/** The session of the report, and the operation with the site of the report: a site belongs to one operation. */
function ownersOf(occasion: Occasion, { site }: Report): Omit<Occurrence, 'client'> {
  const operation = site && operationsOf(occasion).find(one => one.site === site);
  return { session: occasion.session?.id, operation: operation?.id };
}

function asError(finding: Finding): SessionGuardError {
  const at = finding.place === undefined ? '' : ` (at ${finding.place.file}:${finding.place.line})`;
  const message = escapeText(`${finding.message}${at} ${finding.fix}`);
  return new SessionGuardError(codes.finding, message, { rule: finding.rule, docs: finding.docs });
}
