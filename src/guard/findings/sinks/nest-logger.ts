import { hasMethods } from '../../../platform/options/checks.ts';
import type { Finding } from '../finding.ts';
import { entryOf, type FindingFields, fieldsOf } from './log-entry.ts';

type Logger = Readonly<Record<Finding['severity'], (...args: never[]) => unknown>>;

/** A call of a method of a logger. */
export interface LogCall {
  readonly logger: Logger;
  readonly args: readonly unknown[];
}

/**
 * How a finding is given to a logger under NestJS that takes fields: that of nestjs-pino, that of nest-winston, and Nest's own
 * that writes JSON. Each may be behind the `Logger` of a provider, which asks for that of the application in each call.
 * @returns undefined for any other logger
 */
export function callUnderNest(given: Logger, finding: Finding): LogCall | undefined {
  const behind: object = Object(Reflect.get(given, 'localInstance') ?? given);
  const pino = [behind, Object(Reflect.get(behind, 'logger'))].find(isPinoLogger);
  if (pino !== undefined) {
    const key: unknown = Reflect.get(pino, 'contextName');
    const name = { [typeof key === 'string' ? key : 'context']: nameOf(given) };
    return { logger: pino, args: [{ ...name, ...fieldsBeside(finding) }, finding.message] };
  }
  if (isNestWinston(behind)) {
    const { time, pid } = entryOf(finding.severity);
    const fields = { time, pid, context: nameOf(given), ...fieldsBeside(finding) };
    return { logger: behind.getWinstonLogger(), args: [finding.message, fields] };
  }
  return isJsonOfNest(behind) ? { logger: given, args: argumentsOfJson(behind, finding) } : undefined;
}

/** In the entries of these loggers `context` is the name of a logger. */
function fieldsBeside(finding: Finding): Omit<FindingFields, 'context'> {
  const { context, ...fields } = fieldsOf(finding);
  return context === undefined ? fields : Object.assign(fields, { request: context });
}

function nameOf(logger: object): string {
  const name: unknown = Reflect.get(logger, 'context');
  return typeof name === 'string' && name !== '' ? name : 'SessionGuard';
}

/** nestjs-pino: both of its loggers for Nest have one, which takes the fields and then the message. */
function isPinoLogger(value: object): value is Logger {
  if (!hasMethods(value, ['setContext', 'assign', 'warn', 'error'])) return false;
  return hasMethods(Reflect.get(value, 'logger'), ['child']);
}

function isNestWinston(value: object): value is { readonly getWinstonLogger: () => Logger } {
  return hasMethods(value, ['getWinstonLogger']);
}

/** `new ConsoleLogger({ json: true })`. */
function isJsonOfNest(value: object): boolean {
  return optionsOf(value).json === true && hasMethods(value, ['setLogLevels']);
}

function optionsOf(value: object): { readonly json?: unknown; readonly structuredParams?: unknown } {
  return Object(Reflect.get(value, 'options'));
}

/** NestJS 12 writes objects after the message as one field; before it, each argument is an entry of its own. */
function argumentsOfJson(logger: object, finding: Finding): readonly unknown[] {
  const takesFields = 'stringifyParams' in logger && optionsOf(logger).structuredParams !== false;
  if (takesFields) return [finding.message, fieldsBeside(finding)];
  return [{ msg: finding.message, ...fieldsOf(finding) }];
}
