import { invalidOption } from '../../errors/errors.ts';
import type { StoreContractOptions } from './options.ts';

const kinds: Readonly<Record<keyof StoreContractOptions, (value: unknown) => string | undefined>> = {
  backend: aFunction,
  clock: value => (typeof value === 'object' ? undefined : 'an object with advance(ms)'),
  age: aFunction,
  races: aCount,
  parallel: aCount,
  dump: aFunction,
  sizeLimit: aCount,
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
export function checkContractOptions(options: StoreContractOptions): StoreContractOptions {
  if (typeof options?.backend !== 'function')
    throw invalidOption(
      'sessionStoreContract needs { backend }: a function that makes the back end under test.',
    );
  for (const [name, value] of Object.entries(options)) checkOne(name, value);
  return options;
}

function checkOne(name: string, value: unknown): void {
  if (!Object.hasOwn(kinds, name))
    throw invalidOption(
      `sessionStoreContract has no option '${name}'. Its options: ${Object.keys(kinds).join(', ')}.`,
    );
  const wanted = value === undefined ? undefined : kinds[name as keyof StoreContractOptions](value);
  if (wanted !== undefined)
    throw invalidOption(`The option '${name}' of sessionStoreContract must be ${wanted}.`);
}

function aFunction(value: unknown): string | undefined {
  return typeof value === 'function' ? undefined : 'a function';
}

function aCount(value: unknown): string | undefined {
  return Number.isInteger(value) && Number(value) >= 1 ? undefined : 'a whole number, 1 or more';
}
