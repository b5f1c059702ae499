import type { Category } from '../rules/engine/rule.ts';

/**
 * The checks of what a line of a trace says. A trace may be damaged, or made by somebody else: what has passed these checks can
 * be shown without another look.
 */

export type Fields = Readonly<Record<string, unknown>>;

type Check = (value: unknown) => boolean;

const categories: ReadonlySet<unknown> = new Set<Category>([
  'correctness',
  'suspicious',
  'performance',
  'config',
]);

/** The farthest time that a `Date` knows, in milliseconds. JSON can write numbers that are infinite when they are read. */
const mostMS = 8.64e15;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A time, a duration or a count. */
export function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) <= mostMS;
}

export function isListOf(value: unknown, check: Check): boolean {
  return Array.isArray(value) && value.every(check);
}

/** Passes what is absent. */
export function optional(check: Check): Check {
  return value => value === undefined || check(value);
}

export function areAmounts(value: unknown): boolean {
  return isListOf(value, isAmount);
}

/** As the reader makes it of the text of a place. */
export function isSite(value: unknown): boolean {
  return isFields(value) && optional(isText)(value['stack']) && optional(isSite)(value['via']);
}

export function isOperation(value: unknown): value is Fields & { readonly id: number } {
  return (
    isFields(value) &&
    isAmount(value['id']) &&
    isText(value['command']) &&
    isText(value['kind']) &&
    isAmount(value['at']) &&
    typeof value['inTransaction'] === 'boolean' &&
    optional(isText)(value['namespace']) &&
    optional(areAmounts)(value['scopes']) &&
    optional(isSite)(value['site'])
  );
}

export function isError(value: unknown): boolean {
  return (
    isFields(value) &&
    isText(value['name']) &&
    isListOf(value['labels'], isText) &&
    optional(isText)(value['codeName']) &&
    optional(code => isText(code) || isAmount(code))(value['code'])
  );
}

export function isRequest(value: unknown): boolean {
  return (
    isFields(value) &&
    isAmount(value['startedAt']) &&
    ['id', 'method', 'route'].every(name => optional(isText)(value[name]))
  );
}

export function isFinding(value: unknown): boolean {
  return (
    isFields(value) &&
    categories.has(value['category']) &&
    ['rule', 'messageId', 'message', 'fix', 'docs', 'severity'].every(name => isText(value[name])) &&
    ['place', 'startedAt', 'endedAt'].every(name => optional(isPlace)(value[name])) &&
    optional(places => isListOf(places, isPlace))(value['calledFrom']) &&
    optional(isText)(value['started']) &&
    optional(isRequest)(value['context'])
  );
}

function isPlace(value: unknown): boolean {
  return (
    isFields(value) &&
    isText(value['file']) &&
    isAmount(value['line']) &&
    isAmount(value['column']) &&
    optional(isText)(value['codeFrame'])
  );
}
