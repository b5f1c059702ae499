import { invalidArgument, invalidOption } from '../../errors/errors.ts';
import type { LogInOptions, LogInRequest } from './log-in-request.ts';

const names = ['login', 'authenticatedAt', 'device'];

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function checkRequest(request: unknown): asserts request is LogInRequest {
  if (!isObject(request) || !('headers' in request || 'session' in request))
    throw invalidArgument(
      'logIn takes the request, and then the user: await logIn(req, user, { login }). What came first is no request.',
    );
}

/**
 * What is not understood is refused: without its `login` a log-in would pass the fence.
 * @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION
 */
export function checkLogIn(options: LogInOptions): LogInOptions {
  if (!isObject(options)) throw invalidOption('The options of logIn must be an object: { login }.');
  const stray = Object.keys(options).find(name => !names.includes(name));
  if (stray !== undefined)
    throw invalidOption(`logIn has no option '${stray}'. Its options: ${names.join(', ')}.`);
  const { login, authenticatedAt, device } = options;
  if (login !== undefined) checkLogin(login);
  if (authenticatedAt !== undefined && !Number.isFinite(authenticatedAt))
    throw invalidOption("The option 'authenticatedAt' of logIn must be a time in milliseconds since 1970.");
  if (device !== undefined && typeof device !== 'string')
    throw invalidOption("The option 'device' of logIn must be a string.");
  return options;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function checkFence(userOf: unknown): void {
  if (userOf !== undefined && typeof userOf !== 'function')
    throw invalidArgument(
      'fence takes a function of the request that gives your own id of the user, or nothing: store.fence(req => req.body.username).',
    );
}

function checkLogin(login: unknown): void {
  if (isObject(login) && 'then' in login)
    throw invalidOption(
      "The option 'login' of logIn is a promise, an await is missing: const login = await sessions.beginLogIn(user).",
    );
  const { user, generations }: { user?: unknown; generations?: unknown } = isObject(login) ? login : {};
  if (typeof user !== 'string' || !isObject(generations))
    throw invalidOption("The option 'login' of logIn must be what beginLogIn of the store gave.");
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
