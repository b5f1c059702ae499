import { invalidOption } from '../../errors/errors.ts';
import { knownOptions } from '../../errors/known-options.ts';
import type { StoreSettings } from '../options/settings.ts';
import { checkUntil } from './migrate/check-old.ts';
import type { MigrateFrom } from './migrate/migrate-from.ts';
import type { UserName } from './user-name.ts';

/** Options of the stores for express-session and @fastify/session. */
export interface FrameworkStoreOptions<S = Record<string, unknown>> {
  /**
   * A request that changes nothing moves the expiry only when it was last moved so many seconds ago, 0 or more; 0: every request
   * writes. A session whose own idle time is no longer than that has the default.
   * @default as the store: a sixth of the session's own idle time, at most 300
   */
  readonly touchAfterSeconds?: number | undefined;
  /**
   * Whose session it is, where `logIn` is not used: 1 to 256 characters, or a number, which is taken as its text; undefined or
   * null is nobody. Asked when a session is saved: `session => session.passport?.user`.
   * @default none
   */
  readonly userOf?: ((session: S) => UserName | null | undefined) | undefined;
  /**
   * What happens when the user of a session changes and its id does not, so that whoever knew the id before would be logged in,
   * too: the save is refused with `ERR_SESSION_GUARD_STORE_USER_CHANGED`; `'report'`: it is saved, and the event `userChanged`
   * is emitted.
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
   * The store that was used before, so that people stay logged in.
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

export const frameworkOptionNames: readonly string[] = [
  'touchAfterSeconds',
  'userOf',
  'onUserChange',
  'onEnded',
  'migrateFrom',
];

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and what it takes */
export function checkFrameworkOptions<S>(
  options: FrameworkStoreOptions<S>,
  where: string,
  { absoluteMS }: Pick<StoreSettings, 'absoluteMS'>,
): FrameworkSettings {
  if (typeof options !== 'object' || options === null)
    throw invalidOption(`The options of ${where} must be an object.`);
  const stray = Object.keys(options).find(name => !frameworkOptionNames.includes(name));
  if (stray !== undefined)
    throw invalidOption(
      `${where} has no option '${stray}'. Its options: ${frameworkOptionNames.join(', ')}.`,
    );
  const { touchAfterSeconds, userOf, onUserChange = 'error', onEnded = 'report', migrateFrom } = options;
  if (touchAfterSeconds !== undefined) checkTouchAfter(touchAfterSeconds, where, absoluteMS);
  if (userOf !== undefined && typeof userOf !== 'function')
    throw invalidOption(`The option 'userOf' of ${where} must be a function.`);
  for (const [name, value] of Object.entries({ onUserChange, onEnded }))
    if (value !== 'report' && value !== 'error')
      throw invalidOption(`The option '${name}' of ${where} must be 'report' or 'error'.`);
  return {
    touchAfterMS: touchAfterSeconds === undefined ? undefined : Math.round(touchAfterSeconds * 1000),
    // It is only called with what the framework hands on as its session.
    userOf: userOf as ((session: object) => unknown) | undefined,
    onUserChange,
    onEnded,
    migrateFrom: migrateFrom === undefined ? undefined : checkMigrateFrom(migrateFrom, where),
  };
}

/** A cookie may give its session a longer idle time than the store does, but none beyond the end that each session has. */
function checkTouchAfter(seconds: number, where: string, absoluteMS: number): void {
  if (!Number.isFinite(seconds) || seconds < 0)
    throw invalidOption(`The option 'touchAfterSeconds' of ${where} must be a number of seconds, 0 or more.`);
  if (seconds * 1000 >= absoluteMS)
    throw invalidOption(
      `The option 'touchAfterSeconds' of ${where} (${seconds}) must be less than the absoluteSeconds of the store (${absoluteMS / 1000}): no use would ever move an expiry.`,
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

/** An object of a class has fields of its own. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
