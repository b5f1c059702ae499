import { codes, type ErrorCode } from './codes.ts';
import { docsAddress } from './docs-address.ts';

type Class = abstract new (...args: never[]) => object;

/** The mark by which all copies of this package in the process recognise objects of a class: each copy has its own class. */
export function brandOf(name: string): symbol {
  return Symbol.for(`session-guard.${name}`);
}

/** Marks the objects of a class. */
export function brandObjects({ prototype }: Class, brand: symbol): void {
  Object.defineProperty(prototype, brand, { value: true });
}

/**
 * For `Symbol.hasInstance` of a branded class: also true for an object of another copy's class.
 * @param asked the class on the right of `instanceof`; a subclass in the program has no brand
 */
export function isBranded(value: unknown, own: Class, brand: symbol, asked: Class): boolean {
  if (asked !== own) return Function.prototype[Symbol.hasInstance].call(asked, value);
  return typeof value === 'object' && value !== null && brand in value;
}

const brand = brandOf('error');
const timeoutBrand = brandOf('timeout error');

export interface SessionGuardErrorOptions {
  readonly cause?: unknown;
  readonly rule?: string | undefined;
  readonly docs?: string | undefined;
  /** @default none: web frameworks answer 500 */
  readonly statusCode?: number | undefined;
}

/**
 * The base class of every error that this package creates. Errors of the driver and of your own code are never wrapped: you get
 * the same object.
 * @example
 * ```ts
 * import { codes, SessionGuardError } from 'session-guard';
 *
 * try {
 *   await mongo.withTxn(async session => orders.findOne({}, { session }), { maxAttempts: 0 });
 * } catch (error) {
 *   console.log(error instanceof SessionGuardError && error.code === codes.invalidOption); // → true
 * }
 * ```
 */
export class SessionGuardError extends Error {
  /** One of the codes of `docs/errors.md`. */
  readonly code: ErrorCode;
  /** The rule that explains the misuse, where there is one. */
  declare readonly rule?: string;
  /** The page that explains it: the path of a file in the installed package; a path inside the package if it is bundled. */
  readonly docs: string;
  /** True when a commit had been sent and not yet answered: the transaction may have been committed. */
  declare readonly commitOutcomeUnknown?: boolean;
  /** The status with which Express and Fastify respond to a request that fails with this error, if it is not 500. */
  declare readonly statusCode?: number;
  /** The same. */
  declare readonly status?: number;

  constructor(code: ErrorCode, message: string, options: SessionGuardErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'SessionGuardError';
    this.code = code;
    if (options.rule !== undefined) Object.assign(this, { rule: options.rule });
    this.docs = docsAddress(options.docs ?? 'docs/errors.md');
    const { statusCode } = options;
    if (statusCode !== undefined) Object.assign(this, { statusCode, status: statusCode });
  }

  /** Also true for an error made by another copy of this package in the process. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, SessionGuardError, brand, this);
  }
}

brandObjects(SessionGuardError, brand);

/**
 * `timeoutMS` of `withTxn` ran out. `cause` is the last error of the transaction, if there was one.
 * @example
 * ```ts
 * import { SessionGuardTimeoutError } from 'session-guard';
 *
 * try {
 *   await mongo.withTxn(async () => new Promise(resolve => setTimeout(resolve, 500)), { timeoutMS: 50 });
 * } catch (error) {
 *   console.log(error instanceof SessionGuardTimeoutError && error.commitOutcomeUnknown); // → false
 * }
 * ```
 */
export class SessionGuardTimeoutError extends SessionGuardError {
  /** True when the commit had been sent and not yet answered: the transaction may have been committed. */
  declare readonly commitOutcomeUnknown: boolean;

  constructor(
    message: string,
    options: SessionGuardErrorOptions & { readonly commitOutcomeUnknown: boolean },
  ) {
    super(codes.timeout, message, options);
    this.name = 'SessionGuardTimeoutError';
    Object.assign(this, { commitOutcomeUnknown: options.commitOutcomeUnknown });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, SessionGuardTimeoutError, timeoutBrand, this);
  }
}

brandObjects(SessionGuardTimeoutError, timeoutBrand);

/** A signal has stopped the call after its commit was sent: the reason of the signal alone would not say that. */
export function commitUnknown(reason: unknown): SessionGuardError {
  const message =
    'withTxn was stopped by its signal after the commit had been sent, and before it was answered: the transaction may have ' +
    'been committed.';
  const error = new SessionGuardError(codes.commitUnknown, message, { cause: reason });
  return Object.assign(error, { commitOutcomeUnknown: true });
}

export function invalidArgument(message: string): SessionGuardError {
  return new SessionGuardError(codes.invalidArgument, message);
}

export function invalidOption(message: string): SessionGuardError {
  return new SessionGuardError(codes.invalidOption, message);
}
