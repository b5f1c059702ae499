import { brandObjects, brandOf, isBranded } from './brand.ts';
import { codes, type ErrorCode } from './codes.ts';
import { docsAddress } from './docs-address.ts';

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
 * The base of every error that this package makes itself. Errors of the driver and of your own code are never wrapped:
 * they reach you as the same object.
 */
export class SessionGuardError extends Error {
  /** One of the codes of `docs/errors.md`. */
  readonly code: ErrorCode;
  /** The rule that explains the misuse, where there is one. */
  declare readonly rule?: string;
  /** The page that explains it: the path of a file in the installed package; a path inside the package where it is bundled. */
  readonly docs: string;
  /** How Express and Fastify answer a request that fails with it, where that is not 500. */
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

/** `timeoutMS` of `withTxn` ran out. `cause` is the last error of the transaction, if there was one. */
export class SessionGuardTimeoutError extends SessionGuardError {
  /** True when the commit had been sent and not yet answered: the transaction may have been committed. */
  readonly commitOutcomeUnknown: boolean;

  constructor(
    message: string,
    options: SessionGuardErrorOptions & { readonly commitOutcomeUnknown: boolean },
  ) {
    super(codes.timeout, message, options);
    this.name = 'SessionGuardTimeoutError';
    this.commitOutcomeUnknown = options.commitOutcomeUnknown;
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, SessionGuardTimeoutError, timeoutBrand, this);
  }
}

brandObjects(SessionGuardTimeoutError, timeoutBrand);

export function invalidArgument(message: string): SessionGuardError {
  return new SessionGuardError(codes.invalidArgument, message);
}

export function invalidOption(message: string): SessionGuardError {
  return new SessionGuardError(codes.invalidOption, message);
}
