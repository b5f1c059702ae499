import { cleanCause } from '../errors/clean-cause.ts';
import { brandObjects, brandOf, isBranded } from '../errors/brand.ts';
import { codes } from '../errors/codes.ts';
import { SessionGuardError } from '../errors/errors.ts';

const docs = 'docs/stores.md';
const brand = brandOf('store unavailable error');

/** What the application can tell its user after a failure: whether the write was done is not known unless it says so. */
export type StoreOutcome = 'not done' | 'unknown';

/**
 * The store did not answer, or not in time. Never means that there is no session. Its cause is a copy without data: what a client
 * or server throws may have all that was to be written in it.
 */
export class StoreUnavailableError extends SessionGuardError {
  /** `'unknown'`: what was asked for may have been done. */
  readonly outcome: StoreOutcome;

  constructor(
    message: string,
    options: { readonly cause?: unknown; readonly outcome: StoreOutcome; readonly timedOut?: boolean },
  ) {
    const code = options.timedOut === true ? codes.storeTimeout : codes.storeUnavailable;
    super(code, message, { cause: cleanCause(options.cause), docs, statusCode: 503 });
    this.name = 'StoreUnavailableError';
    this.outcome = options.outcome;
  }

  /** Also true for an error of a back end that another copy of this package has made. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isBranded(value, StoreUnavailableError, brand, this);
  }
}

brandObjects(StoreUnavailableError, brand);

/** Somebody else has changed the same field, or the same session, and the last write must not win. */
export function conflict(message: string): SessionGuardError {
  return new SessionGuardError(codes.storeConflict, message, { docs });
}

export function logInFenced(message: string): SessionGuardError {
  return new SessionGuardError(codes.storeLogInFenced, message, { docs, statusCode: 401 });
}

/** A value that cannot be kept as JSON. */
export function unstorable(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.storeUnstorable, message, { cause: cleanCause(cause), docs });
}

export function tooLarge(message: string): SessionGuardError {
  return new SessionGuardError(codes.storeTooLarge, message, { docs });
}

/** What is stored is there, and cannot be understood. Never means that there is no session. */
export function unreadable(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.storeUnreadable, message, { cause: cleanCause(cause), docs });
}

export function setUpFailed(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.storeSetUp, message, { cause: cleanCause(cause), docs });
}

export function idTaken(message: string): SessionGuardError {
  return new SessionGuardError(codes.storeIdTaken, message, { docs });
}

/** A framework's session was to be saved after its end. */
export function sessionEnded(): SessionGuardError {
  return new SessionGuardError(
    codes.storeEnded,
    'The session has ended while the request ran, so nothing of it was saved. It was logged out, or its time was over.',
    { docs, statusCode: 401 },
  );
}

/** Whoever knew the id before has that user's session. */
export function userChanged(): SessionGuardError {
  return new SessionGuardError(
    codes.storeUserChanged,
    'A session got another user and kept its id, so whoever knew the id before is logged in as well. Call logIn(req, user), or regenerate the session before its user is set.',
    { docs },
  );
}
