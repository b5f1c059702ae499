import { invalidArgument } from '../../../errors/errors.ts';
import { checkUser } from '../../api/check-arguments.ts';

/** Your own id of a user: 1 to 256 characters; a number, such as a row id of a database, is converted to its text. */
export type UserName = string | number | bigint;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT; the error does not quote the user's name */
export function userNameOf(user: unknown, says: string): string {
  // A number that is not exact may also be the number of another user.
  const name = typeof user === 'bigint' || Number.isSafeInteger(user) ? String(user) : user;
  if (typeof name !== 'string' || name === '')
    throw invalidArgument(
      `${says} ${shown(user)}, and a user is a string of 1 to 256 characters, a whole number or a bigint: your own id of the user.`,
    );
  return checkUser(name);
}

/** @returns undefined if the session has no user */
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
  // The ObjectIds of the driver and of mongoose, of any version.
  if ('toHexString' in user) return 'an ObjectId (give its text: String(user._id))';
  return 'an object';
}
