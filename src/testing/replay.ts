import { invalidArgument } from '../errors/errors.ts';
import { knownOptions } from '../errors/known-options.ts';
import type { Finding } from '../report/finding.ts';
import { Reporter } from '../report/reporter.ts';
import { configureRules, type RulesOption } from '../policy/configure.ts';
import { rules as allRules } from '../rules/registry.ts';
import type { SessionGuardEvent } from '../session/events.ts';
import { OfflineRun } from './offline-run.ts';
import { readTrace } from './read-trace.ts';

export interface ReplayOptions {
  /**
   * The rules to run, as `rules` of a `ConnectionManager`.
   * @default 'recommended'
   */
  readonly rules?: RulesOption | undefined;
}

/**
 * Runs a trace through the rules without a server. Sessions that were started before the recording are left out. `allow()`
 * leaves no mark in a trace; `// session-guard-allow` comments count where the source can be read.
 * @param trace the text of a recorded trace (NDJSON), or its events (`readTrace` reads them line by line)
 * @throws SessionGuardError for an option that does not exist, and for what is no trace
 * @returns the findings, in the order in which they were made first
 */
export function replayTrace(
  trace: string | Iterable<SessionGuardEvent>,
  options: ReplayOptions = {},
): Finding[] {
  knownOptions(options, 'replayTrace', ['rules']);
  if (!isTrace(trace)) throw invalidArgument('replayTrace takes the text of a trace, or its events.');
  const findings: Finding[] = [];
  const reporter = new Reporter({ deliver: finding => findings.push(finding), isAllowed: () => false });
  const run = new OfflineRun(
    configureRules(allRules, options.rules, 'replayTrace'),
    (meta, severity, report) => {
      reporter.report(meta, severity, report);
    },
  );
  for (const event of typeof trace === 'string' ? readTrace(trace) : trace) run.publish(event);
  return findings;
}

function isTrace(trace: unknown): boolean {
  return (
    typeof trace === 'string' || (typeof trace === 'object' && trace !== null && Symbol.iterator in trace)
  );
}
