import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';
import { hasMethods, withMethods } from '../../../platform/options/checks.ts';
import { plain } from '../colors.ts';
import type { Finding } from '../finding.ts';
import { formatDetail } from '../format-text.ts';
import { entryOf, fieldsOf, jsonLine } from './log-entry.ts';
import { callUnderNest } from './nest-logger.ts';

/**
 * A logger with the methods `warn` and `error`: pino and bunyan (and Fastify's `log`), which take the fields and then the
 * message; winston, which takes the message and then the fields; `console`, which gets one line of JSON; the loggers of NestJS
 * that take fields. Any other gets a text.
 */
export interface Logger {
  warn(...args: never[]): unknown;
  error(...args: never[]): unknown;
}

export const aLogger = withMethods('a logger', ['warn', 'error']);

export function isLogger(value: unknown): value is Logger {
  return value !== null && value !== undefined && aLogger(value) === undefined;
}

/** A logger that throws is reported, and never reaches the observed call. */
export function logFinding(given: Logger, finding: Finding): void {
  try {
    const underNest = callUnderNest(given, finding);
    const { logger, args } = underNest ?? { logger: given, args: argumentsFor(given, finding) };
    Reflect.apply(logger[finding.severity], logger, args);
  } catch (error) {
    notice(warningCodes.sinkFailed, 'The logger has thrown when it was given a finding.', error);
  }
}

function argumentsFor(logger: Logger, finding: Finding): readonly unknown[] {
  if (hasMethods(logger, ['table', 'dir'])) return [jsonLine(finding)];
  if (!hasMethods(logger, ['child']))
    return [`${finding.rule}: ${finding.message}\n${formatDetail(finding, plain)}`];
  const fields = fieldsOf(finding);
  if (!('transports' in logger)) return [fields, finding.message];
  // winston itself adds only the level to a log line.
  const { time, pid } = entryOf(finding.severity);
  return [finding.message, { time, pid, ...fields }];
}
