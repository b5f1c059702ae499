import type { Report, RuleMeta } from '../rules/rule.ts';
import { isAllowedByComment } from './allow-comment.ts';
import { buildFinding, type CountedFinding } from './build-finding.ts';
import type { Finding } from './finding.ts';
import { callersOf } from './callers.ts';
import { formatPlace, type Place, placeOf } from './place.ts';
import { blockAround } from './source-block.ts';

/** Places are as many as lines of code; what has none (one collection per tenant) must not grow without end. */
const mostSeen = 5000;

export interface ReporterHooks {
  /** Called once per place. */
  deliver(finding: Finding): void;
  /** Called when a place is hit again. */
  repeat?(finding: Finding): void;
  /** True inside `allow(ruleId, reason, fn)`. */
  isAllowed(rule: string): boolean;
}

/** Turns reports of rules into findings: one per place, then counted. */
export class Reporter {
  readonly #hooks: ReporterHooks;
  /** Null for a place that the user allows. */
  readonly #seen = new Map<string, CountedFinding | null>();

  constructor(hooks: ReporterHooks) {
    this.#hooks = hooks;
  }

  /** @returns the finding, also when it was only counted; undefined if the place is allowed. */
  report(meta: RuleMeta, severity: 'warn' | 'error', report: Report): Finding | undefined {
    if (this.#hooks.isAllowed(meta.id)) return undefined;
    const at = placeOf(report.site) ?? placeOf(report.nearby);
    if (at !== undefined && isDoubtful(report, at)) return undefined;
    const callers = callersOf(meta, report, at);
    const key =
      this.#seen.size < mostSeen ? keyOf(meta.id, report, at, callers) : `${meta.id} ${report.messageId}`;
    const seen = this.#seen.get(key);
    if (seen === null) return undefined;
    if (seen !== undefined) {
      seen.count += 1;
      this.#hooks.repeat?.(seen);
      return seen;
    }
    return this.#first(key, () => buildFinding(meta, severity, report, at, callers), at && [at, ...callers]);
  }

  /** @param places its own, and those of its callers: a comment may stand at each. */
  #first(key: string, build: () => CountedFinding, places: readonly Place[] = []): Finding | undefined {
    const finding = build();
    if (places.some(place => isAllowedByComment(finding.rule, place))) {
      this.#seen.set(key, null);
      return undefined;
    }
    this.#seen.set(key, finding);
    this.#hooks.deliver(finding);
    return finding;
  }

  /** How often each rule has fired. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const finding of this.#seen.values()) {
      if (finding !== null) counts[finding.rule] = (counts[finding.rule] ?? 0) + finding.count;
    }
    return counts;
  }
}

function isDoubtful({ doubt }: Report, at: Place): boolean {
  const block = doubt && blockAround(at, doubt.block);
  return block !== undefined && doubt?.code.test(block) === true;
}

/** Without a place (production, before the first hit) the same misuse is told apart by the words it is said in. */
function keyOf(rule: string, report: Report, at: Place | undefined, callers: readonly Place[]): string {
  const words = () => Object.values(report.data ?? {}).filter(value => typeof value === 'string');
  const where = at === undefined ? words() : [at, ...callers].map(formatPlace);
  return `${rule} ${report.messageId} ${where.join()}`;
}
