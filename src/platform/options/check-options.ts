import { invalidOption } from '../../errors/errors.ts';

/** @returns undefined if the value is valid, otherwise a description of valid values: `'true or false'` */
export type OptionCheck = (value: unknown) => string | undefined;

/** A check for each option. */
export type OptionChecks<O> = { readonly [name in keyof Required<O>]: OptionCheck };

export interface OptionWords {
  /** The message for options that are not an object. */
  readonly needs?: string | undefined;
  /** Added to the message about an unknown option. */
  readonly hint?: ((name: string) => string) | undefined;
}

/**
 * Rejects unknown options: no option is silently ignored.
 * @param call the name of the call in messages
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION for a value that is not an object, or an option that is not among
 * the names
 */
export function knownOptions(
  options: unknown,
  call: string,
  names: readonly string[],
  { needs = `The options of ${call} must be an object.`, hint = () => '' }: OptionWords = {},
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) throw invalidOption(needs);
  const stray = Object.keys(options).find(name => !names.includes(name));
  if (stray === undefined) return;
  const known = names.join(', ') || 'none';
  throw invalidOption(`${call} has no option '${stray}'. Its options: ${known}.${hint(stray)}`);
}

/**
 * Rejects unknown options, and values that do not pass their check. An option that is undefined counts as not given.
 * @param required the options whose check is called even if they are not given
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and its valid values
 */
export function checkOptions<O extends object>(
  options: unknown,
  call: string,
  checks: OptionChecks<O>,
  { required = [], ...words }: OptionWords & { readonly required?: readonly (keyof O)[] } = {},
): O {
  knownOptions(options, call, Object.keys(checks), words);
  const given = options as O & Readonly<Record<string, unknown>>;
  const needed: readonly PropertyKey[] = required;
  for (const [name, check] of Object.entries<OptionCheck>(checks))
    if (given[name] !== undefined || needed.includes(name)) checkOption(name, given[name], call, check);
  return given;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
export function checkOption(name: string, value: unknown, call: string, check: OptionCheck): void {
  const wanted = check(value);
  if (wanted !== undefined)
    throw invalidOption(`The option '${name}' of ${call} must be ${wanted}, not ${shown(value)}.`);
}

/** A longer text may be a secret, or a document. */
const longestShown = 40;

/** An invalid value in a message. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'string') return String(value);
  return value.length > longestShown ? `a text of ${value.length} characters` : `'${value}'`;
}
