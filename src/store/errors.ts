import { cleanCause } from '../errors/clean-cause.ts';
import { brandObjects, brandOf, isBranded, SessionGuardError } from '../errors/errors.ts';
import { codes } from '../errors/codes.ts';

const docs = 'docs/stores.md';
const guide = 'docs/store-security.md';
const brand = brandOf('store unavailable error');

/** The outcome of a failed call: unless it is `'not done'`, it is unknown whether the write was done. */
export type StoreOutcome = 'not done' | 'unknown';

/**
 * The store did not answer, or not in time. It never means that there is no session. Its cause is a copy without data, because
 * an error of a client or server may contain all the data of the write.
 * @example
 * ```ts
 * import { memoryBackend, sessionStore, StoreUnavailableError } from 'session-guard/store';
 *
 * const backend = memoryBackend();
 * backend.read = async () => Promise.reject(new Error('The server is down.'));
 * const sessions = sessionStore(backend, { keys: { tag: [process.env.SESSION_TAG_KEY ?? ''] } });
 * const { id } = await sessions.create({});
 * try {
 *   await sessions.get(id);
 * } catch (error) {
 *   // Nobody is logged out: the request can be tried again.
 *   console.log(error instanceof StoreUnavailableError && error.outcome); // → not done
 * }
 * ```
 */
export class StoreUnavailableError extends SessionGuardError {
  /** `'unknown'`: the call may have been done. */
  readonly outcome: StoreOutcome;

  constructor(
    message: string,
    options: {
      readonly cause?: unknown;
      readonly outcome: StoreOutcome;
      readonly timedOut?: boolean | undefined;
    },
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

/** Another request has changed the same field, or the same session, and the last write must not win. */
export function conflict(message: string): SessionGuardError {
  return new SessionGuardError(codes.storeConflict, message, { docs });
}

/** Why a log-in was refused. */
export type RefusalReason =
  /** There was a `destroyAll` of its user after the log-in began. */
  | 'logged out everywhere'
  /** It was begun by a process with other secrets in `keys.tag`, so that its revocation mark cannot be checked. */
  | 'other keys';

const refusals = new WeakMap<object, RefusalReason>();

export function logInRefused(message: string, reason: RefusalReason): SessionGuardError {
  const error = new SessionGuardError(codes.storeLogInRefused, message, { docs, statusCode: 401 });
  refusals.set(error, reason);
  return error;
}

/** @returns undefined if the error is not a refused log-in */
export function refusalReasonOf(error: unknown): RefusalReason | undefined {
  return typeof error === 'object' && error !== null ? refusals.get(error) : undefined;
}

/** A value that cannot be kept as JSON. */
export function unstorable(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.storeUnstorable, message, { cause: cleanCause(cause), docs });
}

export function tooLarge(message: string): SessionGuardError {
  return new SessionGuardError(codes.storeTooLarge, message, { docs });
}

/** A stored record exists but cannot be read. It never means that there is no session. */
export function unreadable(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.storeUnreadable, message, { cause: cleanCause(cause), docs });
}

export function setUpFailed(message: string, cause?: unknown): SessionGuardError {
  return new SessionGuardError(codes.storeSetUp, message, { cause: cleanCause(cause), docs });
}

export function idTaken(message: string): SessionGuardError {
  return new SessionGuardError(codes.storeIdTaken, message, { docs });
}

/** A framework has saved a session after its end. */
export function sessionEnded(): SessionGuardError {
  return new SessionGuardError(
    codes.storeEnded,
    'The session has ended while the request ran, so nothing was saved. It was logged out, or it has expired.',
    { docs, statusCode: 401 },
  );
}

/** Anyone who knew the id before would have that user's session. */
export function userChanged(): SessionGuardError {
  return new SessionGuardError(
    codes.storeUserChanged,
    'A session got another user and kept its id, so anyone who knew the id before is logged in too. Call logIn(req, user), or regenerate the session before its user is set.',
    { docs },
  );
}

/** The session of a request has no user. */
export function notLoggedIn(): SessionGuardError {
  return new SessionGuardError(
    codes.storeNotLoggedIn,
    'The session of this request has no user. Log in first. If another library does the log-in, give the store the option userOf.',
    { docs: guide, statusCode: 401 },
  );
}

/** The last authentication of the session's user is too long ago. */
export function reauthenticate(withinSeconds: number): SessionGuardError {
  return new SessionGuardError(
    codes.storeReauthenticate,
    `The user of this session has not authenticated within the last ${withinSeconds} s, which this route requires. Ask for the password again, and call confirmAuthentication.`,
    { docs: guide, statusCode: 403 },
  );
}
