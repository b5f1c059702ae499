import { invalidArgument, invalidOption } from '../../errors/errors.ts';
import { checkOption, checkOptions, knownOptions } from '../../platform/options/check-options.ts';
import {
  aBoolean,
  aboveZero,
  aSignal,
  aString,
  between,
  checkFor,
  oneOf,
} from '../../platform/options/checks.ts';
import type { NewSession } from '../backend/session-record.ts';
import { isReturnedSession } from './returned-session.ts';
import type { CreateOptions, GetOptions, PatchOptions, RotateOptions } from './session-store.ts';
import type { LogIn } from '../sessions/log-in.ts';
import { cutOff, longestSeconds } from '../options/settings.ts';

const longestUser = 256;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT; the error does not quote the user's name */
export function checkUser(user: unknown): string {
  if (typeof user !== 'string' || user.length === 0 || user.length > longestUser || !user.isWellFormed())
    throw invalidArgument(
      `user must be a string of 1 to ${longestUser} characters: your own id of the user.`,
    );
  return user;
}

const handleForm = /^[\w-]{22}$/;

export function checkHandle(handle: unknown): string {
  if (typeof handle !== 'string' || !handleForm.test(handle))
    throw invalidArgument(
      'A handle is what list() gives for a session, or session.handle: 22 letters, digits, - or _. It is not the id.',
    );
  return handle;
}

/**
 * The value of a cookie may be anything, or missing: cookie-parser turns a value that begins with `j:` into an array or an
 * object, and any client can send such a value. A promise, or a session instead of its id, is a mistake in the program.
 */
export function checkId(id: unknown, where: string): void {
  if (typeof id !== 'object' || id === null || !(isPromise(id) || isReturnedSession(id))) return;
  throw invalidArgument(
    isPromise(id)
      ? `${where} was given a promise: await is missing before it.`
      : `${where} takes the id of a session, not the session: ${where}(session.id).`,
  );
}

function isPromise(value: object): boolean {
  return 'then' in value && typeof value.then === 'function';
}

export function checkLive<L extends object>(session: L, where: string): L {
  if (session === null) throw invalidArgument('There is no session here: get gave null. Check it first.');
  if (typeof session !== 'object') {
    const given = typeof session === 'string' ? 'its id' : typeof session;
    throw invalidArgument(`${where} takes the session that get or create gave, not ${given}.`);
  }
  if (isPromise(session)) throw invalidArgument(`${where} was given a promise: await is missing before it.`);
  if ('ended' in session)
    throw invalidArgument(
      "This session has ended, as the call before has said: check 'ended' in its result.",
    );
  return session;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for a session without a user */
export function checkUserOf({ user }: { readonly user: string | undefined }): void {
  if (user === undefined)
    throw invalidArgument(
      'confirmAuthentication takes the session of a user, and this session has no user. To log in, call rotate with a user.',
    );
}

function checkLogIn(login: unknown, where: string): void {
  if (login === undefined) return;
  if (typeof login === 'object' && login !== null && 'epochs' in login) return;
  const isPending = typeof login === 'object' && login !== null && isPromise(login);
  throw invalidOption(
    isPending
      ? `The option 'login' of ${where} is a promise: await is missing before beginLogIn.`
      : `The option 'login' of ${where} must be what beginLogIn gave.`,
  );
}

/** A smaller value is before 2001: most likely it is in seconds. */
const leastTime = 1e12;
const aheadMS = 60_000;

function checkAuthenticatedAt(at: number | undefined, where: string): void {
  if (at === undefined || (at >= leastTime && at <= Date.now() + aheadMS)) return;
  throw invalidOption(
    `The option 'authenticatedAt' of ${where} must be a time in milliseconds since 1970 that has passed, not ${String(at)}.`,
  );
}

function checkDevice(device: string | undefined, where: string): string | undefined {
  if (device === undefined) return undefined;
  checkOption('device', device, where, aString);
  return cutOff(device.toWellFormed());
}

export interface CheckedCreate {
  readonly user: string | undefined;
  readonly login: LogIn | undefined;
  readonly authenticatedAt: number | undefined;
  readonly device: string | undefined;
  readonly idleMS: number | undefined;
  readonly absoluteEnd: NewSession['absoluteEnd'] | undefined;
}

const createOptions = ['user', 'login', 'authenticatedAt', 'device', 'idleSeconds', 'absoluteSeconds'];

export function checkCreate(options: CreateOptions): CheckedCreate {
  knownOptions(options, 'create', createOptions);
  const { user, login, authenticatedAt, device } = options;
  if (user === undefined && (login !== undefined || authenticatedAt !== undefined))
    throw invalidOption(
      "create with 'login' or 'authenticatedAt' also needs 'user': the user of the session.",
    );
  checkLogIn(login, 'create');
  checkAuthenticatedAt(authenticatedAt, 'create');
  const checkedUser = user === undefined ? undefined : checkUser(user);
  const checkedDevice = checkDevice(device, 'create');
  const idleMS = durationOf('idleSeconds', options.idleSeconds);
  const absoluteMS = durationOf('absoluteSeconds', options.absoluteSeconds);
  return {
    user: checkedUser,
    login,
    authenticatedAt,
    device: checkedDevice,
    idleMS,
    absoluteEnd: absoluteMS === undefined ? undefined : { inMS: absoluteMS },
  };
}

function durationOf(name: string, seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  checkOption(name, seconds, 'create', aboveZero(longestSeconds, 'seconds'));
  return Math.max(1, Math.round(seconds * 1000));
}

export interface CheckedRotate {
  readonly user: string | undefined;
  readonly login: LogIn | undefined;
  readonly authenticatedAt: number | undefined;
  readonly device: string | undefined;
  readonly graceMS: number;
}

export function checkRotate(options: RotateOptions, before: string | undefined): CheckedRotate {
  knownOptions(options, 'rotate', ['user', 'login', 'authenticatedAt', 'device', 'graceSeconds']);
  const { user, login, authenticatedAt, device, graceSeconds = 0 } = options;
  checkOption('graceSeconds', graceSeconds, 'rotate', between(0, longestSeconds, 'seconds'));
  if (user === undefined && (login !== undefined || authenticatedAt !== undefined))
    throw invalidOption(
      "rotate with 'login' or 'authenticatedAt' also needs 'user': the user who has logged in.",
    );
  checkLogIn(login, 'rotate');
  checkAuthenticatedAt(authenticatedAt, 'rotate');
  if (graceSeconds > 0 && user !== undefined && user !== before)
    throw invalidOption(
      'rotate takes no graceSeconds if the user changes: anyone who knew the old id could still use it after the log-in.',
    );
  return {
    user: user === undefined ? undefined : checkUser(user),
    login,
    authenticatedAt,
    device: checkDevice(device, 'rotate'),
    graceMS: Math.round(graceSeconds * 1000),
  };
}

export function checkGet(options: GetOptions): GetOptions {
  return checkOptions<GetOptions>(options, 'get', { refresh: aBoolean, signal: aSignal });
}

export function checkFunction(change: unknown): void {
  if (typeof change !== 'function')
    throw invalidArgument('update takes a function that returns the new data, made from the current data.');
}

export function checkListener(listener: unknown): void {
  if (typeof listener !== 'function')
    throw invalidArgument('onAudit takes a function: sessions.onAudit(event => log.info(event)).');
}

export interface CheckedPatch {
  readonly unset: readonly string[];
  readonly conflict: 'last' | 'error';
}

const patchChecks = {
  unset: checkFor('a list of names of fields', value => Array.isArray(value)),
  conflict: oneOf('last', 'error'),
};

const noPatchOptions: CheckedPatch = { unset: [], conflict: 'last' };

export function checkPatch<T>(options: PatchOptions<T> | undefined): CheckedPatch {
  if (options === undefined) return noPatchOptions;
  const { unset = [], conflict = 'last' } = checkOptions<PatchOptions<T>>(options, 'patch', patchChecks);
  return { unset: unset.map(String), conflict };
}

/** @returns the handle of the session that stays */
export function checkDestroyAll(options: { readonly except?: string | undefined }): string | undefined {
  knownOptions(options, 'destroyAll', ['except']);
  if (!('except' in options)) return undefined;
  if (options.except === undefined)
    throw invalidOption(
      "The option 'except' of destroyAll is undefined, so every session would end. If that is meant, leave it out.",
    );
  return checkHandle(options.except);
}
