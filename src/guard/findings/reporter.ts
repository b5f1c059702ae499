import { clock } from '../../platform/time/clock.ts';
import type { ContextSource } from '../events/events.ts';
import type { Report, RuleMeta } from '../rules/engine/rule.ts';
import { isAllowedByComment } from './frame/allow-comment.ts';
import { sourceLines } from './frame/code-frame.ts';
import { blockAround } from './frame/source-block.ts';
import { buildFinding, type CountedFinding } from './build-finding.ts';
import type { Finding, Occurrence } from './finding.ts';
import { callersOf } from './callers.ts';
import { formatPlace, type Place, placeOf } from '../stack/place.ts';

/**
 * The number of places is limited by the lines of code, but findings without a place (one collection per tenant) must not grow
 * without limit.
 */
const mostSeen = 5000;

export interface ReporterHooks {
  /** Called once per place. */
  deliver(finding: Finding, context?: ContextSource, occurrence?: Occurrence): void;
  /** Called when a place is hit again. */
  countAgain?(finding: Finding, occurrence?: Occurrence): void;
  /** Called when a place is hit again that was written long ago, so that its count can be written. */
  writeAgain?(finding: Finding, context?: ContextSource): void;
  /** How long that is, in milliseconds. */
  readonly repeatAfterMS?: number;
  /** The time of day; for a replay, which has none. */
  now?(): number;
  /** True inside `allow(ruleId, reason, fn)`. */
  isAllowed(rule: string): boolean;
}

interface Seen {
  readonly finding: CountedFinding;
  /** When it was delivered, or written again with its count. */
  saidAt: number;
}

/** Turns reports of rules into findings: one per place, then counted. */
export class Reporter {
  readonly #hooks: ReporterHooks;
  /** Null for a place that the user allows. */
  readonly #seen = new Map<string, Seen | null>();

  constructor(hooks: ReporterHooks) {
    this.#hooks = hooks;
  }

  /** @returns the finding, also when it was only counted; undefined if the place is allowed. */
  report(
    meta: RuleMeta,
    severity: 'warn' | 'error',
    report: Report,
    context?: ContextSource,
    occurrence?: Occurrence,
  ): Finding | undefined {
    if (this.#hooks.isAllowed(meta.id)) return undefined;
    const at = placeOf(report.site) ?? placeOf(report.nearby);
    if (at !== undefined && isDoubtful(report, at)) return undefined;
    const callers = callersOf(meta, report, at);
    const key =
      this.#seen.size < mostSeen ? keyOf(meta.id, report, at, callers) : `${meta.id} ${report.messageId}`;
    const seen = this.#seen.get(key);
    if (seen === null) return undefined;
    if (seen !== undefined) return this.#again(seen, context, occurrence);
    const build = () =>
      buildFinding(meta, severity, report, at, callers, {
        now: this.#hooks.now?.(),
        context: context?.read(),
      });
    const made = this.#first(key, build, at && [at, ...callers]);
    if (made !== undefined) this.#hooks.deliver(made, context, occurrence);
    return made;
  }

  #again(seen: Seen, context: ContextSource | undefined, occurrence: Occurrence | undefined): Finding {
    const { finding } = seen;
    finding.count += 1;
    this.#hooks.countAgain?.(finding, occurrence);
    const now = clock.now();
    if (now - seen.saidAt >= (this.#hooks.repeatAfterMS ?? Infinity)) {
      seen.saidAt = now;
      // The request is that of now; the first one is in the log already.
      this.#hooks.writeAgain?.(
        context === undefined ? finding : { ...finding, context: context.read() },
        context,
      );
    }
    return finding;
  }

  /** @param places the place of the misuse, and those of its callers: each may have an allow comment. */
  #first(key: string, build: () => CountedFinding, places: readonly Place[] = []): Finding | undefined {
    const finding = build();
    if (places.some(({ file, line }) => isAllowedByComment(finding.rule, sourceLines(file), line))) {
      this.#seen.set(key, null);
      return undefined;
    }
    this.#seen.set(key, { finding, saidAt: clock.now() });
    return finding;
  }

  /** How often each rule has fired. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const seen of this.#seen.values()) {
      if (seen === null) continue;
      const { rule, count } = seen.finding;
      counts[rule] = (counts[rule] ?? 0) + count;
    }
    return counts;
  }
}

function isDoubtful({ doubt }: Report, at: Place): boolean {
  const block = doubt && blockAround(at, doubt.block);
  return block !== undefined && doubt?.code.test(block) === true;
}

/** Without a place (production, before the first hit) findings are distinguished by their message. */
function keyOf(rule: string, report: Report, at: Place | undefined, callers: readonly Place[]): string {
  const words = () => Object.values(report.data ?? {}).filter(value => typeof value === 'string');
  const where = at === undefined ? words() : [at, ...callers].map(formatPlace);
  return `${rule} ${report.messageId} ${where.join()}`;
}
