import { invalidArgument, invalidOption } from '../../../errors/errors.ts';

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT when a client or a collection is none */
export function checkMethods(of: unknown, methods: readonly string[], told: string): void {
  const isThere = (method: string) => typeof Reflect.get(Object(of), method) === 'function';
  if (!methods.every(isThere)) throw invalidArgument(`${told}, with the methods ${methods.join(', ')}.`);
}

interface Wanted {
  readonly where: string;
  /** Each option, and what it takes. */
  readonly checks: Readonly<Record<string, readonly [isOne: (value: unknown) => boolean, told: string]>>;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and what it takes */
export function checkOld(options: unknown, { where, checks }: Wanted): void {
  if (typeof options !== 'object' || options === null)
    throw invalidOption(`${where} needs options: { until: a Date after which the old store is not asked }.`);
  const stray = Object.keys(options).find(name => !Object.hasOwn(checks, name) && name !== 'until');
  const names = ['until', ...Object.keys(checks)].join(', ');
  if (stray !== undefined) throw invalidOption(`${where} has no option '${stray}'. Its options: ${names}.`);
  checkUntil(Reflect.get(options, 'until'), where);
  for (const [name, [isOne, told]] of Object.entries(checks)) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined && !isOne(value))
      throw invalidOption(`The option '${name}' of ${where} must be ${told}.`);
  }
}

export function checkUntil(until: unknown, where: string): void {
  if (!(until instanceof Date) || Number.isNaN(until.getTime()))
    throw invalidOption(`${where} needs 'until': a Date after which no session of the old store is left.`);
}

export function isFunction(value: unknown): boolean {
  return typeof value === 'function';
}
