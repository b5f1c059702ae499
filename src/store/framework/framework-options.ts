import { invalidOption } from '../../errors/errors.ts';
import type { MigrateFrom } from './migrate/migrate-from.ts';

/** Options of the stores for express-session and @fastify/session. */
export interface FrameworkStoreOptions<S = Record<string, unknown>> {
  /**
   * A use moves the expiry only when the last move is so many seconds ago, 0 or more; 0: every request writes.
   * @default so that the expiry moves below the `refreshBelowSeconds` of the store: with 1800 and 300 seconds, 1500
   */
  readonly touchAfterSeconds?: number;
  /**
   * Whose session it is, 1 to 256 characters, where `logIn` is not used; asked when a session is saved:
   * `session => session.passport?.user`.
   * @default none
   */
  readonly userOf?: (session: S) => string | undefined;
  /**
   * What happens when the user of a session changes and its id does not: it is reported, or refused with
   * `ERR_SESSION_GUARD_STORE_USER_CHANGED`.
   * @default 'report'
   */
  readonly onUserChange?: 'report' | 'error';
  /**
   * What happens when a session that has ended is saved or touched: nothing is written, and the event `sessionEnded` is
   * emitted; `'error'`: the save is refused with `ERR_SESSION_GUARD_STORE_ENDED`.
   * @default 'report'
   */
  readonly onEnded?: 'report' | 'error';
  /**
   * The store that was used before, so that people stay logged in.
   * @default none
   */
  readonly migrateFrom?: MigrateFrom;
}

export interface FrameworkSettings {
  readonly touchAfterMS: number | undefined;
  readonly userOf: ((session: object) => unknown) | undefined;
  readonly onUserChange: 'report' | 'error';
  readonly onEnded: 'report' | 'error';
  readonly migrateFrom: MigrateFrom | undefined;
}

const names = ['touchAfterSeconds', 'userOf', 'onUserChange', 'onEnded', 'migrateFrom'];

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_OPTION that names the option and what it takes */
export function checkFrameworkOptions<S>(
  options: FrameworkStoreOptions<S>,
  where: string,
): FrameworkSettings {
  const stray = Object.keys(options).find(name => !names.includes(name));
  if (stray !== undefined)
    throw invalidOption(`${where} has no option '${stray}'. Its options: ${names.join(', ')}.`);
  const { touchAfterSeconds, userOf, onUserChange = 'report', onEnded = 'report', migrateFrom } = options;
  if (touchAfterSeconds !== undefined && !(Number.isFinite(touchAfterSeconds) && touchAfterSeconds >= 0))
    throw invalidOption(`The option 'touchAfterSeconds' of ${where} must be a number of seconds, 0 or more.`);
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
    migrateFrom: migrateFrom && checkMigrateFrom(migrateFrom, where),
  };
}

function checkMigrateFrom(from: MigrateFrom, where: string): MigrateFrom {
  const { read, remove, until } = from;
  if (typeof read !== 'function' || typeof remove !== 'function')
    throw invalidOption(`The option 'migrateFrom' of ${where} needs the functions 'read' and 'remove'.`);
  if (!(until instanceof Date) || Number.isNaN(until.getTime()))
    throw invalidOption(
      `The option 'migrateFrom' of ${where} needs 'until': a Date after which no session of the old store is left.`,
    );
  return from;
}
