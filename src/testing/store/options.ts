import { checkOptions, type OptionChecks } from '../../platform/options/check-options.ts';
import { aCount, aFunction, withMethods } from '../../platform/options/checks.ts';
import type { SessionBackend } from '../../store/backend/backend.ts';

/** The access of the contract suite to a back end. */
export interface StoreContractOptions {
  /**
   * Creates the tested back end: each call gives another instance on the same storage, as in another process. It is called
   * twice, and may be asynchronous.
   */
  readonly backend: () => SessionBackend | Promise<SessionBackend>;
  /** The clock of the store, if a test can move it. Without it, the suite waits for sessions with short lifetimes. */
  readonly clock?: ContractClock | undefined;
  /**
   * Makes all stored records older by this number of milliseconds, if no clock can be moved: it subtracts them from each stored
   * time. With `age` or `clock`, sessions are used over simulated weeks; otherwise for some seconds.
   */
  readonly age?: ((ms: number) => void | Promise<void>) | undefined;
  /**
   * How often each race runs, a whole number, 1 or more.
   * @default 500
   */
  readonly races?: number | undefined;
  /**
   * How many rounds of a race run at once, a whole number, 1 or more.
   * @default 50
   */
  readonly parallel?: number | undefined;
  /** Everything that is stored, as text: the suite searches it for texts that must not be stored. */
  readonly dump?: (() => string | Promise<string>) | undefined;
  /** The number of bytes of data from which a session is refused with `ERR_SESSION_GUARD_STORE_TOO_LARGE`. */
  readonly sizeLimit?: number | undefined;
}

/** A clock that all instances of the back end share. */
export interface ContractClock {
  /** Moves the store's time forward, in milliseconds. */
  advance(ms: number): void | Promise<void>;
}

/** One test. */
export interface ContractCase {
  /** A sentence. */
  readonly title: string;
  /** Rejects with an `AssertionError` if the back end breaks the rule. */
  readonly run: () => Promise<void>;
}

const checks: OptionChecks<StoreContractOptions> = {
  backend: aFunction,
  clock: withMethods('an object', ['advance']),
  age: aFunction,
  races: aCount,
  parallel: aCount,
  dump: aFunction,
  sizeLimit: aCount,
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION */
export function checkContractOptions(options: StoreContractOptions): StoreContractOptions {
  const needs = 'sessionStoreContract needs { backend }: a function that makes the back end under test.';
  return checkOptions(options, 'sessionStoreContract', checks, { needs, required: ['backend'] });
}
