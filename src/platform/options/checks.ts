import type { OptionCheck } from './check-options.ts';

/** For an option with an own check. */
export const anything: OptionCheck = () => undefined;

export const aBoolean = checkFor('true or false', value => typeof value === 'boolean');
export const aString = checkFor('a string', value => typeof value === 'string');
export const aFunction = checkFor('a function', value => typeof value === 'function');
export const anObject = checkFor('an object', isObject);
/** Also a signal of another realm. */
export const aSignal = checkFor('an AbortSignal', value => hasMethods(value, ['addEventListener']));
export const aCount = checkFor('a whole number, 1 or more', value => isWhole(value) && value >= 1);

/** `Infinity` means no limit. */
export const aWait = checkFor(
  'a number of milliseconds, 0 or more',
  value => typeof value === 'number' && value >= 0,
);

/** @param wanted describes the valid values: `'a string'` */
export function checkFor(wanted: string, isValid: (value: unknown) => boolean): OptionCheck {
  return value => (isValid(value) ? undefined : wanted);
}

/** @param unit of what the option is a number: `'seconds'` */
export function atLeast(least: number, unit: string): OptionCheck {
  return checkFor(`a number of ${unit}, ${least} or more`, value => isFinite(value) && value >= least);
}

export function wholeAtLeast(least: number, unit: string): OptionCheck {
  return checkFor(`a whole number of ${unit}, ${least} or more`, value => isWhole(value) && value >= least);
}

export function wholeBetween(least: number, most: number, unit: string): OptionCheck {
  return checkFor(
    `a whole number of ${unit}, ${least} to ${most}`,
    value => isWhole(value) && value >= least && value <= most,
  );
}

export function between(least: number, most: number, unit: string): OptionCheck {
  return checkFor(
    `a number of ${unit}, ${least} to ${most}`,
    value => isFinite(value) && value >= least && value <= most,
  );
}

export function aboveZero(most: number, unit: string): OptionCheck {
  return checkFor(
    `a number of ${unit}, more than 0 and at most ${most}`,
    value => isFinite(value) && value > 0 && value <= most,
  );
}

/** @param others at least one */
export function oneOf(first: string, ...others: readonly string[]): OptionCheck {
  const all = [first, ...others];
  const quoted = all.map(one => `'${one}'`);
  const wanted = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  return checkFor(wanted, value => typeof value === 'string' && all.includes(value));
}

/** @param of what has the methods: `'a serializer'` */
export function withMethods(of: string, methods: readonly string[]): OptionCheck {
  return checkFor(`${of} with ${methods.join(' and ')}`, value => hasMethods(value, methods));
}

/** True for an object, or a function, that has all these methods. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  return methods.every(name => typeof Reflect.get(Object(value), name) === 'function');
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
