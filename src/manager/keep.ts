import type { ClientSession } from 'mongodb';
import { keepSession } from '../instrument/session/keep.ts';

/**
 * Marks a session as one that is meant to live long, and returns it.
 * @throws SessionGuardError for anything that is not a session
 */
export function keep<S extends ClientSession>(session: S): S {
  keepSession(session);
  return session;
}
