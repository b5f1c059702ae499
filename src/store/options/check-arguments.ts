import { invalidArgument, invalidOption } from '../../errors/errors.ts';
import type { NewSession } from '../backend/session-record.ts';
import { isLiveSession } from '../live.ts';
import type { CreateOptions, GetOptions, PatchOptions, RotateOptions } from '../session-store.ts';
import type { LogIn } from '../sessions/log-in.ts';
import { cutOff } from './cut-off.ts';
import { longestSeconds } from './longest.ts';

const longestUser = 256;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT; the user's name is not quoted */
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
 * What stands in a cookie may be anything, or nothing: cookie-parser makes an array or an object of one that begins with `j:`, which
 * anybody can send. A promise, or a session in the place of its id, is a mistake of the program.
 */
export function checkId(id: unknown, where: string): void {
  if (typeof id !== 'object' || id === null || !(isPromise(id) || isLiveSession(id))) return;
  throw invalidArgument(
    isPromise(id)
      ? `${where} was given a promise: await is missing before it.`
      : `${where} takes the id of a session, not the session: ${where}(session.id).`,
  );
}

function isPromise(value: object): boolean {
  return 'then' in value && typeof value.then === 'function';
}

export function checkLive<L extends object>(session: L): L {
  if (session === null) throw invalidArgument('There is no session here: get gave null. Check it first.');
  if (typeof session !== 'object')
    throw invalidArgument('This takes the session that get or create gave, not its id.');
  if (isPromise(session)) throw invalidArgument('This was given a promise: await is missing before it.');
  if ('ended' in session)
    throw invalidArgument(
      "This session has ended, as the call before has told: check 'ended' in its result.",
    );
  return session;
}

function checkLogIn(login: unknown, where: string): void {
  if (login === undefined) return;
  if (typeof login === 'object' && login !== null && 'generations' in login) return;
  const isPending = typeof login === 'object' && login !== null && isPromise(login);
  throw invalidOption(
    isPending
      ? `The option 'login' of ${where} is a promise: await is missing before beginLogIn.`
      : `The option 'login' of ${where} must be what beginLogIn gave.`,
  );
}

/** Before 2001: seconds, most likely. */
const leastTime = 1e12;
const aheadMS = 60_000;

function checkAuthenticatedAt(at: number | undefined, where: string): void {
  if (at === undefined || (at >= leastTime && at <= Date.now() + aheadMS)) return;
  throw invalidOption(
    `The option 'authenticatedAt' of ${where} must be a time in milliseconds since 1970 that has passed, not ${String(at)}.`,
  );
}

function checkDevice(device: unknown, where: string): string | undefined {
  if (device === undefined) return undefined;
  if (typeof device !== 'string') throw invalidOption(`The option 'device' of ${where} must be a string.`);
  return cutOff(device.toWellFormed());
}

export interface CheckedCreate extends Partial<Pick<NewSession, 'idleMS' | 'expiresInMS' | 'absoluteEnd'>> {
  readonly user: string | undefined;
  readonly login: LogIn | undefined;
  readonly authenticatedAt: number | undefined;
  readonly device: string | undefined;
}

const createOptions = ['user', 'login', 'authenticatedAt', 'device', 'idleSeconds', 'absoluteSeconds'];

export function checkCreate(options: CreateOptions): CheckedCreate {
  known(options, 'create', createOptions);
  const { user, login, authenticatedAt, device, idleSeconds, absoluteSeconds } = options;
  if (user === undefined && (login !== undefined || authenticatedAt !== undefined))
    throw invalidOption("create needs 'user' beside 'login' or 'authenticatedAt': whose session it is.");
  checkLogIn(login, 'create');
  checkAuthenticatedAt(authenticatedAt, 'create');
  return {
    user: user === undefined ? undefined : checkUser(user),
    login,
    authenticatedAt,
    device: checkDevice(device, 'create'),
    ...lifeOf(idleSeconds, absoluteSeconds),
  };
}

function lifeOf(idleSeconds: number | undefined, absoluteSeconds: number | undefined) {
  const idleMS = durationOf('idleSeconds', idleSeconds);
  const absoluteMS = durationOf('absoluteSeconds', absoluteSeconds);
  return {
    ...(idleMS !== undefined && { idleMS, expiresInMS: idleMS }),
    ...(absoluteMS !== undefined && { absoluteEnd: { inMS: absoluteMS } }),
  };
}

function durationOf(name: string, seconds: number | undefined): number | undefined {
  if (seconds === undefined) return undefined;
  if (!Number.isFinite(seconds) || seconds <= 0 || seconds > longestSeconds)
    throw invalidOption(
      `The option '${name}' of create must be a number of seconds, more than 0 and at most ${longestSeconds}, not ${String(seconds)}.`,
    );
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
  known(options, 'rotate', ['user', 'login', 'authenticatedAt', 'device', 'graceSeconds']);
  const { user, login, authenticatedAt, device, graceSeconds = 0 } = options;
  if (!Number.isFinite(graceSeconds) || graceSeconds < 0 || graceSeconds > longestSeconds)
    throw invalidOption(
      `The option 'graceSeconds' of rotate must be a number of seconds, 0 to ${longestSeconds}.`,
    );
  if (user === undefined && (login !== undefined || authenticatedAt !== undefined))
    throw invalidOption("rotate needs 'user' beside 'login' or 'authenticatedAt': who has logged in.");
  checkLogIn(login, 'rotate');
  checkAuthenticatedAt(authenticatedAt, 'rotate');
  if (graceSeconds > 0 && user !== undefined && user !== before)
    throw invalidOption(
      'rotate takes no graceSeconds where the user changes: whoever knew the id before the log-in could use it after.',
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
  known(options, 'get', ['refresh', 'signal']);
  const { refresh, signal } = options;
  if (refresh !== undefined && typeof refresh !== 'boolean')
    throw invalidOption("The option 'refresh' of get must be true or false.");
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalidOption("The option 'signal' of get must be an AbortSignal.");
  return options;
}

export function checkFunction(change: unknown): void {
  if (typeof change !== 'function')
    throw invalidArgument('update takes a function that makes the new data of the present ones.');
}

export function checkListener(listener: unknown): void {
  if (typeof listener !== 'function')
    throw invalidArgument('onAudit takes a function: sessions.onAudit(event => log.info(event)).');
}

export interface CheckedPatch {
  readonly unset: readonly string[];
  readonly conflict: 'last' | 'error';
}

export function checkPatch<T>(options: PatchOptions<T>): CheckedPatch {
  known(options, 'patch', ['unset', 'conflict']);
  const { unset = [], conflict = 'last' } = options;
  if (!Array.isArray(unset))
    throw invalidOption("The option 'unset' of patch must be a list of names of fields.");
  if (conflict !== 'last' && conflict !== 'error')
    throw invalidOption("The option 'conflict' of patch must be 'last' or 'error'.");
  return { unset: unset.map(String), conflict };
}

/** @returns the handle of the session that stays */
export function checkDestroyAll(options: { readonly except?: string | undefined }): string | undefined {
  known(options, 'destroyAll', ['except']);
  if (!('except' in options)) return undefined;
  if (options.except === undefined)
    throw invalidOption(
      "The option 'except' of destroyAll is undefined, so every session would end. If that is meant, leave it out.",
    );
  return checkHandle(options.except);
}

function known(options: object, where: string, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw invalidOption(`The options of ${where} must be an object.`);
  const stray = Object.keys(options).find(name => !names.includes(name));
  if (stray !== undefined)
    throw invalidOption(`${where} has no option '${stray}'. Its options: ${names.join(', ')}.`);
}
