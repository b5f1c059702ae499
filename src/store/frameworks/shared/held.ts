import { invalidArgument } from '../../../errors/errors.ts';
import type { Fields, SessionKey } from '../../backend/session-record.ts';
import { keyOfAnyId } from '../../ids/session-id.ts';
import { type CookieLife, cookieLifeOf } from './cookie-life.ts';
import { sessionTexts } from './session-texts.ts';
import { userIn } from './user-name.ts';

/** The content of a session object at the moment of a call: later changes of the application are not partly included. */
export interface Held {
  readonly id: string;
  readonly key: SessionKey;
  readonly texts: Fields;
  readonly life: CookieLife;
  /** When its cookie expires, milliseconds since 1970 by the clock of the application. */
  readonly expires: number | undefined;
  readonly user: string | undefined;
}

export function holding(
  id: string,
  session: object,
  userOf: ((session: object) => unknown) | undefined,
): Held {
  checkSession(session);
  const { cookie }: { cookie?: unknown } = session;
  const now = Date.now();
  const life = cookieLifeOf(cookie, now);
  return {
    id,
    key: keyOf(id),
    texts: sessionTexts(session),
    life,
    expires: 'expiresInMS' in life && life.expiresInMS !== undefined ? now + life.expiresInMS : undefined,
    user: userIn(session, userOf),
  };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
function checkSession(session: unknown): void {
  if (typeof session !== 'object' || session === null)
    throw invalidArgument('A session that is to be saved must be an object.');
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function keyOf(id: unknown): SessionKey {
  const key = keyOfAnyId(id);
  if (key === undefined)
    throw invalidArgument('The id of a session must be a string of 1 to 256 characters.');
  return key;
}

/** Id generators make longer ids: `uid-safe` 32 characters, UUIDs 36, `nanoid` 21, the stores 40. */
const leastOfGenerators = 20;

/**
 * True if an id is too short to be the secret of a generator. Only such an id may be used for a session that an application
 * creates as a plain object, as tests do: a longer id may belong to a session that has ended, here or in another process.
 */
export function isHandmade(id: string): boolean {
  return id.length < leastOfGenerators;
}
