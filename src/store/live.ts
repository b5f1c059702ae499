import { dataOf } from './data/field-texts.ts';
import { invalidArgument } from '../errors/errors.ts';
import type { SessionHeader } from './backend/session-record.ts';
import type { Live, SessionInfo } from './session-store.ts';
import type { Loaded } from './sessions/loaded.ts';

/** What stands behind a session that was handed out. */
const loadedByLive = new WeakMap<object, Loaded>();

export function liveFrom<T extends object>(id: string, loaded: Loaded): Live<T> {
  const { handle, version, expiresAt, absoluteEnd, createdAt, authenticatedAt, user, device } = loaded.header;
  const live: Live<T> = {
    id,
    handle,
    // What is stored is what the caller's own type has put there.
    data: dataOf(loaded.texts) as T,
    version,
    expiresAt,
    absoluteEnd,
    createdAt,
    ...(authenticatedAt !== undefined && { authenticatedAt }),
    ...(user !== undefined && { user }),
    ...(device !== undefined && { device }),
  };
  loadedByLive.set(live, loaded);
  return live;
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for a copy */
export function loadedOf(live: object): Loaded {
  const loaded = loadedByLive.get(live);
  if (loaded === undefined)
    throw invalidArgument(
      'This session was not made by a store: hand on the object that get, create or patch gave, not a copy.',
    );
  return loaded;
}

export function infoOf(header: SessionHeader): SessionInfo {
  const { handle, device, createdAt, seenAt, expiresAt, absoluteEnd } = header;
  return {
    handle,
    ...(device !== undefined && { device }),
    createdAt,
    lastSeenAt: seenAt,
    expiresAt,
    absoluteEnd,
  };
}
