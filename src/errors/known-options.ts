import { invalidOption } from './errors.ts';

/**
 * No option is accepted and ignored.
 * @param what the call, as it stands in messages
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION for what is no object, or has an option that is not among the names
 */
export function knownOptions(options: unknown, what: string, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidOption(`The options of ${what} must be an object.`);
  const stray = Object.keys(options).find(name => !names.includes(name));
  if (stray !== undefined)
    throw invalidOption(`${what} has no option '${stray}'. Its options: ${names.join(', ')}.`);
}
