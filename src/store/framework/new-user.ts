import { dataOf } from '../data/field-texts.ts';
import type { Loaded } from '../sessions/loaded.ts';
import type { Framework } from './framework.ts';
import { userIn } from './user-name.ts';

/**
 * Tells of a user whom a session gets without a new id, unless nobody else can know the id.
 * @returns whether that is a log-in, and not one that is noted late
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_USER_CHANGED unless `onUserChange` is 'report'
 */
export function tellNewUser(
  { made, reports, settings }: Framework,
  session: object,
  { header, texts }: Loaded,
  user: string,
): boolean {
  // Its id was made in this request. @fastify/session stores a new session before it has a user.
  const isOwnId = header.user === undefined && made.has(session);
  // It had this user before the store was told where the user is.
  const isNoted = header.user === undefined && userIn(dataOf(texts), settings.userOf) === user;
  if (!isOwnId && !isNoted) reports.userChanged(header);
  return !isNoted;
}
