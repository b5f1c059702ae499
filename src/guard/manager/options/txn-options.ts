import type { ClientSession, TransactionOptions } from 'mongodb';
import { invalidArgument, invalidOption } from '../../../errors/errors.ts';
import { checkOptions, type OptionChecks } from '../../../platform/options/check-options.ts';
import { aBoolean, aCount, aSignal, checkFor, oneOf, withMethods } from '../../../platform/options/checks.ts';
import type { TurnKey } from '../../../platform/keyed-mutex.ts';
import { checkNames } from './txn-option-names.ts';

/** The driver's options of a transaction, of the version that is installed. */
type DriverOptions = {
  readonly [name in keyof Omit<TransactionOptions, 'timeoutMS' | 'session'>]?:
    | TransactionOptions[name]
    | undefined;
};

/** A key, or a function that returns the key of a call, or undefined for none: it is called once, when `withTxn` is. */
export type SerializeBy = string | number | (() => string | number | undefined);

/** The options of `withTxn`; those of the transaction itself (readConcern, writeConcern, …) go to the driver unchanged. */
export interface WithTxnOptions extends DriverOptions {
  /**
   * Limits the whole call, with all attempts and waits, in milliseconds, more than 0.
   * @default none: the driver stops after 120 s
   */
  readonly timeoutMS?: number | undefined;
  /**
   * How often the callback may run, 1 or more.
   * @default none: as often as fits into the time
   */
  readonly maxAttempts?: number | undefined;
  /** Stops the call: it rejects at once with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * The effect of a call inside another transaction on the same manager: `'join'` it, begin a `'new'` one, or throw an `'error'`.
   * Without the option it joins if the outer callback has certainly called it, or awaits it; a call that a queue or a limiter runs
   * in the async context of another transaction begins a new one.
   * @default 'join', if it is certain
   */
  readonly nested?: 'join' | 'new' | 'error' | undefined;
  /**
   * Puts the session into operations of the callback that were not given one.
   * @default false
   */
  readonly inject?: boolean | undefined;
  /**
   * Transactions of this manager in this process with the same key run one after another, in the order of the calls. For
   * documents that many transactions write at once. A call that joins another transaction does not wait.
   * @default none: no call waits
   */
  readonly serializeBy?: SerializeBy | undefined;
  /**
   * A name for transactions that do the same work. When transactions of one name conflict, they take turns until the conflicts
   * are over: see `docs/transactions.md`.
   * @default the code of the callback: what the same callback does has the same name
   */
  readonly name?: string | undefined;
  /** Runs on this session, which is not ended; joins its transaction if it is in one. */
  readonly session?: ClientSession | undefined;
}

export interface TxnPlan {
  readonly timeoutMS: number | undefined;
  readonly maxAttempts: number;
  readonly signal: AbortSignal | undefined;
  /** Undefined if the option is not given: then a call joins if the outer callback has certainly made it. */
  readonly nested: 'join' | 'new' | 'error' | undefined;
  readonly inject: boolean;
  readonly serializeBy: TurnKey | undefined;
  readonly name: string | undefined;
  readonly session: ClientSession | undefined;
  /** For the driver. Never with our `timeoutMS`: driver 6 would use it, and 7.8 ignores it. */
  readonly transaction: TransactionOptions;
}

type OwnOptions = Pick<WithTxnOptions, Exclude<keyof TxnPlan, 'transaction'>>;

const checks: OptionChecks<OwnOptions> = {
  timeoutMS: checkFor('more than 0 milliseconds', value => typeof value === 'number' && value > 0),
  maxAttempts: value => (value === Infinity ? undefined : aCount(value)),
  signal: aSignal,
  nested: oneOf('join', 'new', 'error'),
  inject: aBoolean,
  serializeBy: checkFor('a string that is not empty, a number, or a function that returns one', isKey),
  name: checkFor('a string that is not empty', value => typeof value === 'string' && value !== ''),
  session: withMethods('a ClientSession', ['startTransaction', 'endSession']),
};

/** The plan of a call without options, as most calls are. */
const plain: TxnPlan = {
  timeoutMS: undefined,
  maxAttempts: Infinity,
  signal: undefined,
  nested: undefined,
  inject: false,
  serializeBy: undefined,
  name: undefined,
  session: undefined,
  transaction: Object.freeze({}),
};

/** @throws SessionGuardError that names the option and its valid values, before anything is begun */
export function planTxn(fn: unknown, options?: WithTxnOptions): TxnPlan {
  if (typeof fn !== 'function')
    throw invalidArgument('withTxn takes an async function: withTxn(async session => …).');
  return options === undefined ? plain : planOf(options, 'withTxn');
}

/**
 * @param call the name of the call in messages
 * @throws SessionGuardError that names the option and its valid values
 */
export function planOf(options: WithTxnOptions, call: string): TxnPlan {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidOption(`The options of ${call} must be an object.`);
  const { timeoutMS, maxAttempts, signal, nested, inject, serializeBy, name, session, ...others } = options;
  const key = typeof serializeBy === 'function' ? serializeBy() : serializeBy;
  checkNames(others, call);
  const own = { timeoutMS, maxAttempts, signal, nested, inject, serializeBy: key, name, session };
  checkOptions<OwnOptions>(own, call, checks);
  // For the driver, an option that is undefined is not given.
  const transaction = others as TransactionOptions;
  return { ...own, maxAttempts: maxAttempts ?? Infinity, inject: inject ?? false, transaction };
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' ? value !== '' : typeof value === 'number' && !Number.isNaN(value);
}
