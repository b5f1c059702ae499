import { ok } from 'node:assert';
import { buildFinding } from '../../guard/findings/build-finding.ts';
import { formatPlace, type Place, placeOf } from '../../guard/stack/place.ts';
import type { ConfiguredRule } from '../../guard/rules/engine/configure.ts';
import type { Report, RuleMeta } from '../../guard/rules/engine/rule.ts';
import type { SessionGuardEvent } from '../../guard/events/events.ts';
import { OfflineRun } from './offline-run.ts';
import { tokenize, traceFile } from './tokens.ts';

/** A finding on a trace in words. A place is the word at this place, or its `@name`. */
export interface TraceFinding {
  readonly messageId: string;
  readonly data: Readonly<Record<string, string | number>>;
  readonly site: string | undefined;
  /** Where to look if the misuse itself has no place. */
  readonly nearby: string | undefined;
  readonly startedAt: string | undefined;
  /** What was started there. */
  readonly started: 'session' | 'transaction' | undefined;
  readonly endedAt: string | undefined;
}

/** Every report of the rules, also those about a place that was reported before. */
export function findingsIn(
  trace: string,
  events: readonly SessionGuardEvent[],
  rules: readonly ConfiguredRule[],
): TraceFinding[] {
  const found: TraceFinding[] = [];
  const run = new OfflineRun(rules, (meta, severity, report) => {
    checkMessage(meta, severity, report);
    found.push({
      messageId: report.messageId,
      data: report.data ?? {},
      site: wordAt(trace, placeOf(report.site)),
      nearby: wordAt(trace, placeOf(report.nearby)),
      startedAt: wordAt(trace, placeOf(report.startedAt)),
      started: report.started,
      endedAt: wordAt(trace, placeOf(report.endedAt)),
    });
  });
  for (const event of events) run.publish(event);
  return found;
}

/** Every `{name}` of the sentence has to be in the data. */
function checkMessage(meta: RuleMeta, severity: 'warn' | 'error', report: Report): void {
  ok(
    report.messageId in meta.messages,
    `${meta.id} reported '${report.messageId}', which is not one of its messages.`,
  );
  const { message } = buildFinding(meta, severity, report);
  ok(!/\{\w+\}/.test(message), `${meta.id}: the data of '${report.messageId}' lacks something: ${message}`);
}

function wordAt(trace: string, place: Place | undefined): string | undefined {
  if (place === undefined) return undefined;
  if (place.file !== traceFile) return `@${place.file}`;
  const { line, column } = place;
  return (
    tokenize(trace).find(token => token.line === line && token.column === column)?.text ?? formatPlace(place)
  );
}
