import { warningCodes } from '../../../errors/codes.ts';
import { notice } from '../../../platform/notices.ts';
import { withMethods } from '../../../platform/options/checks.ts';
import { plain } from '../colors.ts';
import type { Finding } from '../finding.ts';
import { formatDetail } from '../format-text.ts';
import { entryOf, fieldsOf, jsonLine } from './log-entry.ts';

/**
 * A logger with the methods `warn` and `error`: pino and bunyan (and Fastify's `log`), which take the fields and then the
 * message; winston, which takes the message and then the fields; `console`, which gets one line of JSON; the logger of NestJS
 * that writes JSON, which gets an object. Any other gets a text.
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
export function logFinding(logger: Logger, finding: Finding): void {
  try {
    Reflect.apply(logger[finding.severity], logger, argumentsFor(logger, finding));
  } catch (error) {
    notice(warningCodes.sinkFailed, 'The logger has thrown when it was given a finding.', error);
  }
}

function argumentsFor(logger: Logger, finding: Finding): readonly unknown[] {
  const has = (name: string) => typeof Reflect.get(logger, name) === 'function';
  if (isJsonOfNest(logger)) return [{ msg: finding.message, ...fieldsOf(finding) }];
  if (has('table') && has('dir')) return [jsonLine(finding)];
  if (!has('child')) return [`${finding.rule}: ${finding.message}\n${formatDetail(finding, plain)}`];
  const fields = fieldsOf(finding);
  if (!('transports' in logger)) return [fields, finding.message];
  // Of what a log line needs, winston adds the level alone.
  const { time, pid } = entryOf(finding.severity);
  return [finding.message, { time, pid, ...fields }];
}

/** NestJS: `new ConsoleLogger({ json: true })`, also behind the `Logger` of a provider, which asks that of the application. */
function isJsonOfNest(logger: object): boolean {
  const behind: unknown = Reflect.get(logger, 'localInstance') ?? logger;
  const { options }: { options?: { json?: unknown } } = Object(behind);
  return options?.json === true && typeof Reflect.get(Object(behind), 'setLogLevels') === 'function';
}
