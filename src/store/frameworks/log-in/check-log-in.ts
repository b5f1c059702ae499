import { invalidArgument, invalidOption } from '../../../errors/errors.ts';
import { checkOptions, type OptionChecks } from '../../../platform/options/check-options.ts';
import { anything, aString, checkFor, isObject } from '../../../platform/options/checks.ts';
import type { LogIn } from '../../sessions/log-in.ts';

/** The parts of a framework's request that a log-in needs. */
export interface LogInRequest {
  /** A socket or a job may have no headers. */
  readonly headers?: Readonly<Record<string, string | string[] | undefined>>;
  readonly session?: unknown;
}

export interface LogInOptions {
  /**
   * The result of the store's `beginLogIn`, which must be called before the password is checked: if there was a `destroyAll`
   * since then, the log-in is refused.
   */
  readonly login?: LogIn | undefined;
  /** When the user has authenticated, milliseconds since 1970, if there is no `login` (single sign-on). */
  readonly authenticatedAt?: number | undefined;
  /**
   * A name of the device for the user; cut off at 256 bytes.
   * @default the `User-Agent` of the request
   */
  readonly device?: string | undefined;
}

const checks: OptionChecks<LogInOptions> = {
  login: anything, // checked separately
  authenticatedAt: checkFor('a time in milliseconds since 1970', value => Number.isFinite(value)),
  device: aString,
};

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function checkRequest(request: unknown): asserts request is LogInRequest {
  if (!isObject(request) || !('headers' in request || 'session' in request))
    throw invalidArgument(
      'logIn takes the request, and then the user: await logIn(req, user, { login }). The first argument is not a request.',
    );
}

/**
 * Unknown options are refused: a misspelt `login` would let a revoked log-in pass.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
 */
export function checkLogIn(options: LogInOptions): LogInOptions {
  const needs = 'The options of logIn must be an object: { login }.';
  const given = checkOptions<LogInOptions>(options, 'logIn', checks, { needs });
  if (given.login !== undefined) checkLogin(given.login);
  return given;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function checkGuardLogIn(userOf: unknown): void {
  if (userOf !== undefined && typeof userOf !== 'function')
    throw invalidArgument(
      'guardLogIn takes a function of the request that gives your own id of the user, or nothing: store.guardLogIn(req => req.body.username).',
    );
}

function checkLogin(login: unknown): void {
  if (isObject(login) && 'then' in login)
    throw invalidOption(
      "The option 'login' of logIn is a promise, an await is missing: const login = await sessions.beginLogIn(user).",
    );
  const { user, epochs }: { user?: unknown; epochs?: unknown } = isObject(login) ? login : {};
  if (typeof user !== 'string' || !isObject(epochs))
    throw invalidOption("The option 'login' of logIn must be what beginLogIn of the store gave.");
}
