import { invalidArgument } from '../../errors/errors.ts';
import { checkUser } from '../options/check-arguments.ts';

/** Your own id of a user: 1 to 256 characters; a number, as databases count their rows, is taken as its text. */
export type UserName = string | number | bigint;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT; the user's name is not quoted */
export function userNameOf(user: unknown, told: string): string {
  // A number that is not exact may be that of another user, too.
  const name = typeof user === 'bigint' || Number.isSafeInteger(user) ? String(user) : user;
  if (typeof name !== 'string' || name === '')
    throw invalidArgument(
      `${told} ${shown(user)}, and a user is a string of 1 to 256 characters, a whole number or a bigint: your own id of the user.`,
    );
  return checkUser(name);
}

/** @returns undefined where it is nobody's */
export function userIn(
  session: object,
  userOf: ((session: object) => unknown) | undefined,
): string | undefined {
  const user = userOf?.(session) ?? undefined;
  return user === undefined ? undefined : userNameOf(user, 'userOf gave');
}

function shown(user: unknown): string {
  if (user === '') return 'an empty string';
  if (typeof user === 'number') return 'a number that is not whole, or too great to be exact';
  if (user instanceof Promise) return 'a promise';
  if (user === undefined || user === null) return String(user);
  if (typeof user !== 'object') return `a ${typeof user}`;
  // Those of the driver and of mongoose, of whatever version.
  if ('toHexString' in user) return 'an ObjectId (give its text: String(user._id))';
  return 'an object';
}
