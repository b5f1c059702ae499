import { invalidOption } from '../../../errors/errors.ts';
import { checkOptions, knownOptions, type OptionChecks } from '../../../platform/options/check-options.ts';
import { aFunction, anything, atLeast, oneOf } from '../../../platform/options/checks.ts';
import type { StoreSettings } from '../../options/settings.ts';
import { checkUntil, type MigrateFrom } from './migrate-from.ts';
import type { UserName } from './user-name.ts';

/** Options of the stores for express-session and @fastify/session. */
export interface FrameworkStoreOptions<S = Record<string, unknown>> {
  /**
   * How many seconds after its last move a request that changes nothing moves the expiry again, 0 or more; 0: every request
   * writes. A session whose own idle time is not longer than this uses the default.
   * @default as the store: a sixth of the session's own idle time, at most 300
   */
  readonly touchAfterSeconds?: number | undefined;
  /**
   * Returns the user of a session, for log-ins without `logIn`: 1 to 256 characters, or a number, which is converted to its
   * text; undefined or null for no user. Called when a session is saved: `session => session.passport?.user`.
   * @default none
   */
  readonly userOf?: ((session: S) => UserName | null | undefined) | undefined;
  /**
   * What happens when the user of a session changes and its id does not, so that anyone who knew the id before would be logged
   * in too: the save is refused with `ERR_SESSION_GUARD_STORE_USER_CHANGED`; `'report'`: it is saved, and the event
   * `userChanged` is emitted.
   * @default 'error'
   */
  readonly onUserChange?: 'report' | 'error' | undefined;
  /**
   * What happens when a session that has ended is saved or touched: nothing is written, and the event `sessionEnded` is
   * emitted; `'error'`: the save is refused with `ERR_SESSION_GUARD_STORE_ENDED`.
   * @default 'report'
   */
  readonly onEnded?: 'report' | 'error' | undefined;
  /**
   * The previous store, so that users stay logged in.
   * @default none
   */
  readonly migrateFrom?: MigrateFrom | undefined;
}

export interface FrameworkSettings {
  readonly touchAfterMS: number | undefined;
  readonly userOf: ((session: object) => unknown) | undefined;
  readonly onUserChange: 'report' | 'error';
  readonly onEnded: 'report' | 'error';
  readonly migrateFrom: MigrateFrom | undefined;
}

const checks: OptionChecks<FrameworkStoreOptions> = {
  touchAfterSeconds: atLeast(0, 'seconds'),
  userOf: aFunction,
  onUserChange: oneOf('report', 'error'),
  onEnded: oneOf('report', 'error'),
  migrateFrom: anything, // checked separately
};

export const frameworkOptionNames: readonly string[] = Object.keys(checks);

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and its valid values */
export function checkFrameworkOptions<S>(
  options: FrameworkStoreOptions<S>,
  where: string,
  { absoluteMS }: Pick<StoreSettings, 'absoluteMS'>,
): FrameworkSettings {
  const given = checkOptions<FrameworkStoreOptions<S>>(options, where, checks);
  const { touchAfterSeconds, userOf, onUserChange = 'error', onEnded = 'report', migrateFrom } = given;
  if (touchAfterSeconds !== undefined) checkTouchAfter(touchAfterSeconds, where, absoluteMS);
  return {
    touchAfterMS: touchAfterSeconds === undefined ? undefined : Math.round(touchAfterSeconds * 1000),
    // It is only called with the framework's own session objects.
    userOf: userOf as ((session: object) => unknown) | undefined,
    onUserChange,
    onEnded,
    migrateFrom: migrateFrom === undefined ? undefined : checkMigrateFrom(migrateFrom, where),
  };
}

/** A cookie may give its session a longer idle time than the store does, but never beyond the absolute end. */
function checkTouchAfter(seconds: number, where: string, absoluteMS: number): void {
  if (seconds * 1000 >= absoluteMS)
    throw invalidOption(
      `The option 'touchAfterSeconds' of ${where} (${seconds}) must be less than the absoluteSeconds of the store (${absoluteMS / 1000}): otherwise no use would ever move the expiry.`,
    );
}

function checkMigrateFrom(from: MigrateFrom, where: string): MigrateFrom {
  if (typeof from !== 'object' || from === null)
    throw invalidOption(`The option 'migrateFrom' of ${where} must be an object: { read, remove, until }.`);
  if (isPlain(from))
    knownOptions(from, `The option 'migrateFrom' of ${where}`, ['read', 'remove', 'touch', 'until']);
  const { read, remove, touch, until } = from;
  if (typeof read !== 'function' || typeof remove !== 'function')
    throw invalidOption(`The option 'migrateFrom' of ${where} needs the functions 'read' and 'remove'.`);
  if (touch !== undefined && typeof touch !== 'function')
    throw invalidOption(`'touch' of the option 'migrateFrom' of ${where} must be a function.`);
  checkUntil(until, `The option 'migrateFrom' of ${where}`);
  return from;
}

/** An object of a class may have its own fields. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
