import { clock } from '../../platform/time/clock.ts';
import { docsAddress } from '../../errors/docs-address.ts';
import type { RequestContext } from '../events/events.ts';
import type { Report, RuleMeta } from '../rules/engine/rule.ts';
import type { RuleId } from '../rules/engine/rule-id.ts';
import { codeFrame } from './frame/code-frame.ts';
import { escapeText } from '../../platform/escape-text.ts';
import type { Finding } from './finding.ts';
import { isByDependency, isInDependency, type Place, placeOf } from '../stack/place.ts';

/** A finding whose count can still grow. */
export type CountedFinding = { -readonly [K in keyof Finding]: Finding[K] };

/** When, and in which request. */
export interface FindingMoment {
  readonly now?: number | undefined;
  readonly context?: RequestContext | undefined;
}

export function buildFinding(
  meta: RuleMeta,
  severity: 'warn' | 'error',
  report: Report,
  at?: Place,
  callers: readonly Place[] = [],
  { now = clock.wall(), context }: FindingMoment = {},
): CountedFinding {
  const { says, fix } = meta.messages[report.messageId] ?? { says: meta.id, fix: '' };
  const data = report.data ?? {};
  const finding: CountedFinding = {
    // Only a rule under test in the rule tester has another id.
    rule: meta.id as RuleId,
    category: meta.category,
    severity,
    messageId: report.messageId,
    message: fill(says, data),
    fix,
    data,
    docs: docsAddress(meta.docs),
    at: now,
    count: 1,
  };
  const startedAt = placeOf(report.startedAt);
  const endedAt = endOf(report, startedAt);
  if (at !== undefined) finding.place = withFrame(at);
  if (callers.length > 0) finding.calledFrom = callers;
  if (startedAt !== undefined) {
    finding.startedAt = startedAt;
    finding.started = report.started ?? 'session';
  }
  if (endedAt !== undefined) finding.endedAt = endedAt;
  if (context !== undefined) finding.context = context;
  return finding;
}

/**
 * If a library starts a session in a call of the user's code, the library also ends it there, often without a stack that leads
 * back to the user.
 */
function endOf(report: Report, startedAt: Place | undefined): Place | undefined {
  const endedAt = placeOf(report.endedAt);
  if (endedAt === undefined || startedAt === undefined || !isInDependency(endedAt)) return endedAt;
  return isByDependency(report.startedAt) ? startedAt : endedAt;
}

function withFrame(place: Place): Place & { readonly codeFrame?: string } {
  const frame = codeFrame(place);
  return frame === undefined ? place : { ...place, codeFrame: frame };
}

function fill(template: string, data: Readonly<Record<string, string | number>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    escapeText(String(data[name] ?? `{${name}}`)),
  );
}
