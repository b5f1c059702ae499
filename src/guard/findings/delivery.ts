import type { ContextSource } from '../events/events.ts';
import { outsideScopes } from '../scope/async-scope.ts';
import { isAllowed } from '../scope/lookup.ts';
import type { Finding } from './finding.ts';
import type { FindingHub } from './finding-hub.ts';
import { Reporter } from './reporter.ts';
import { publishOnChannel, publishRepeated } from './sinks/channel.ts';
import { warnOnConsole } from './sinks/console.ts';
import { debugFinding } from './sinks/debug.ts';
import { isLogger, type Logger, logFinding } from './sinks/logger.ts';

/** A place that is hit again after this time is written again, with its count: by default an hour, in milliseconds. */
export const repeatAfterMS = 3_600_000;

/** Where the findings of a client are written, beside its listeners. */
interface Outlets {
  /** Whether findings are process warnings: by default where there is no logger. */
  readonly console: () => boolean;
  readonly logger: Logger | undefined;
}

/** Writes a finding where a person or a log pipeline reads it. The logger of its request comes before that of the manager. */
function write(finding: Finding, context: ContextSource | undefined, { console, logger }: Outlets): void {
  const own = isLogger(context?.log) ? context.log : undefined;
  const target = own ?? logger;
  if (target !== undefined) logFinding(target, finding);
  // Written once: what a request's own log has is not a warning as well, unless the manager's options ask for both.
  if (console() && (own === undefined || logger !== undefined)) warnOnConsole(finding);
  debugFinding(finding);
}

/** The hubs that hear of a finding. */
interface Hubs {
  readonly ofProcess: FindingHub;
  readonly ofManager?: FindingHub;
}

/** The reporter of a manager's client, or of all clients without a manager. */
export function reporterFor(
  { ofProcess, ofManager }: Hubs,
  outlets: Outlets,
  repeatAfter = repeatAfterMS,
): Reporter {
  return new Reporter({
    deliver(finding, context, occurrence) {
      ofManager?.deliver(finding);
      ofProcess.deliver(finding, occurrence);
      writeFirst(finding, context, outlets);
    },
    countAgain: (finding, occurrence) => ofProcess.countAgain(finding, occurrence),
    writeAgain: (finding, context) => writeAgain(finding, context, outlets),
    repeatAfterMS: repeatAfter,
    isAllowed,
  });
}

/**
 * A place is hit for the first time. A reader of the finding may write to a database, and this write must not become part of a
 * transaction of the observed program.
 */
function writeFirst(finding: Finding, context: ContextSource | undefined, outlets: Outlets): void {
  outsideScopes(() => {
    write(finding, context, outlets);
    publishOnChannel(finding);
  });
}

/** A place that was written long ago is hit again: its count has grown. */
function writeAgain(finding: Finding, context: ContextSource | undefined, outlets: Outlets): void {
  outsideScopes(() => {
    write(finding, context, outlets);
    publishRepeated(finding);
  });
}
