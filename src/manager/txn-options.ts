import type { ClientSession, TransactionOptions } from 'mongodb';
import { invalidArgument, invalidOption } from '../errors/errors.ts';
import type { TurnKey } from '../protect/keyed-turns.ts';
import { checkNames } from './txn-option-names.ts';

/** The driver's options of a transaction, of the version that is installed. */
type DriverOptions = {
  readonly [name in keyof Omit<TransactionOptions, 'timeoutMS' | 'session'>]?:
    | TransactionOptions[name]
    | undefined;
};

/** The options of `withTxn`; those of the transaction itself (readConcern, writeConcern, …) go to the driver as they are. */
export interface WithTxnOptions extends DriverOptions {
  /**
   * Bounds the whole call, over all attempts and waits, in milliseconds, more than 0.
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
   * What a call inside another transaction on the same manager does: `join` it, be a `new` one of its own, or be an `error`.
   * Without the option it joins if the outer callback has called or awaits it; what a queue or a limiter runs in the async
   * context of another transaction is one of its own.
   * @default 'join', where that is certain
   */
  readonly nested?: 'join' | 'new' | 'error' | undefined;
  /**
   * Puts the session into operations of the callback that were not given one.
   * @default false
   */
  readonly inject?: boolean | undefined;
  /**
   * Transactions with the same key run one after the other: those of this manager in this process, first come first served.
   * For documents that many want to write at once. A call that joins another transaction does not wait.
   * @default none: nothing is waited for
   */
  readonly serializeBy?: string | number | undefined;
  /** Runs on this session, which is not ended; joins its transaction if it is in one. */
  readonly session?: ClientSession | undefined;
}

export interface TxnPlan {
  readonly timeoutMS: number | undefined;
  readonly maxAttempts: number;
  readonly signal: AbortSignal | undefined;
  /** Undefined where the caller did not say: then a call joins if it is certain that the outer callback made it. */
  readonly nested: 'join' | 'new' | 'error' | undefined;
  readonly inject: boolean;
  readonly serializeBy: TurnKey | undefined;
  readonly session: ClientSession | undefined;
  /** For the driver: never our time-out, which 6.x acts on and 7.8 ignores. */
  readonly transaction: TransactionOptions;
}

/** @throws SessionGuardError that names the option and what it takes, before anything is begun */
export function planTxn(fn: unknown, options: WithTxnOptions = {}): TxnPlan {
  if (typeof fn !== 'function')
    throw invalidArgument('withTxn takes an async function: withTxn(async session => …).');
  if (typeof options !== 'object' || options === null)
    throw invalidOption('The options of withTxn must be an object.');
  const {
    timeoutMS,
    maxAttempts = Infinity,
    signal,
    nested,
    inject = false,
    serializeBy,
    session,
    ...transaction
  } = options;
  checkNames(transaction);
  check(
    'timeoutMS',
    timeoutMS === undefined || (typeof timeoutMS === 'number' && timeoutMS > 0),
    'more than 0 milliseconds',
  );
  check(
    'maxAttempts',
    maxAttempts === Infinity || (Number.isInteger(maxAttempts) && maxAttempts > 0),
    'a whole number, 1 or more',
  );
  check('signal', signal === undefined || typeof signal.addEventListener === 'function', 'an AbortSignal');
  check(
    'nested',
    nested === undefined || ['join', 'new', 'error'].includes(nested),
    "'join', 'new' or 'error'",
  );
  check('inject', typeof inject === 'boolean', 'true or false');
  check(
    'serializeBy',
    serializeBy === undefined || isKey(serializeBy),
    'a string that is not empty, or a number',
  );
  check('session', session === undefined || isSession(session), 'a ClientSession');
  // For the driver, an option that is undefined is not given.
  const given = transaction as TransactionOptions;
  return { timeoutMS, maxAttempts, signal, nested, inject, serializeBy, session, transaction: given };
}

function check(name: string, fits: boolean, wanted: string): void {
  if (!fits) throw invalidOption(`The option '${name}' of withTxn must be ${wanted}.`);
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' ? value !== '' : typeof value === 'number' && !Number.isNaN(value);
}

function isSession(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'startTransaction' in value && 'endSession' in value;
}
