import { invalidArgument } from '../../errors/errors.ts';
import { knownOptions } from '../../platform/options/check-options.ts';
import type { Finding } from '../../guard/findings/finding.ts';
import { Reporter } from '../../guard/findings/reporter.ts';
import { configureRules, type RulesOption } from '../../guard/rules/engine/configure.ts';
import { rules as allRules } from '../../guard/rules/registry.ts';
import type { SessionGuardEvent } from '../../guard/events/events.ts';
import { OfflineRun } from './offline-run.ts';
import { readLines } from '../../guard/trace/read-lines.ts';

export interface ReplayOptions {
  /**
   * The rules to run, like `rules` of a `ConnectionManager`.
   * @default 'recommended'
   */
  readonly rules?: RulesOption | undefined;
}

/**
 * Runs a trace through the rules without a server. Sessions that were started before the recording are left out. `allow()` is
 * not recorded in a trace; `// session-guard-allow` comments have an effect if the source can be read.
 * @param trace the text of a recorded trace (NDJSON), or its events (`readTrace` reads them line by line)
 * @throws SessionGuardError for an option that does not exist, and for a value that is not a trace
 * @returns the findings, in the order in which they were made first; their `at` is 0, because a trace has no time of day
 * @example
 * ```ts
 * import { parseTrace, replayTrace } from 'session-guard/testing';
 *
 * const findings = replayTrace(parseTrace('start txn run(a) commit end'), { rules: 'strict' });
 * console.log(findings.length); // → 0
 * ```
 */
export function replayTrace(
  trace: string | Iterable<SessionGuardEvent>,
  options: ReplayOptions = {},
): Finding[] {
  knownOptions(options, 'replayTrace', ['rules']);
  if (!isTrace(trace)) throw invalidArgument('replayTrace takes the text of a trace, or its events.');
  const findings: Finding[] = [];
  const reporter = new Reporter({
    deliver: finding => findings.push(finding),
    isAllowed: () => false,
    // A trace has no time of day.
    now: () => 0,
  });
  const rules = configureRules(allRules, options.rules, 'replayTrace');
  const newRun = () =>
    new OfflineRun(rules, (meta, severity, report) => {
      reporter.report(meta, severity, report);
    });
  if (typeof trace === 'string') replayProcesses(trace, newRun);
  else {
    const run = newRun();
    for (const event of trace) run.publish(event);
  }
  return findings;
}

/** Several processes may have written the trace: each has numbers of its own. */
function replayProcesses(trace: string, newRun: () => OfflineRun): void {
  const runs = new Map<string, OfflineRun>();
  for (const line of readLines(trace)) {
    if (line.kind !== 'event') continue;
    const run = runs.get(line.process) ?? newRun();
    runs.set(line.process, run);
    run.publish(line.event);
  }
}

function isTrace(trace: unknown): boolean {
  return (
    typeof trace === 'string' || (typeof trace === 'object' && trace !== null && Symbol.iterator in trace)
  );
}
