import type { SessionKey } from '../backend/session-key.ts';
import type { NewSession, SessionHeader } from '../backend/session-record.ts';
import { afterWrite } from '../calls/after-write.ts';
import { writing } from '../calls/calls.ts';
import { idTaken } from '../errors.ts';
import { keepNewest } from './keep-newest.ts';
import { fencedOut } from './log-in.ts';
import type { Parts } from './parts.ts';

const task = writing('creating a session');

/**
 * Stores a new session; its fields are not sealed yet.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_FENCED, or ERR_SESSION_GUARD_STORE_ID_TAKEN
 */
export async function create(parts: Parts, session: NewSession): Promise<SessionHeader> {
  const fields = parts.codec.toStored(session.hash, session.fields);
  const stored = fields === session.fields ? session : { ...session, fields };
  const inserted = await parts.calls.run(task, (backend, call) => backend.insert(stored, call));
  if (inserted.outcome === 'fenced') throw fencedOut();
  if (inserted.outcome === 'taken')
    throw idTaken(
      'There is a session with this id already, so none was created. An id is never taken over: make a new one.',
    );
  const { user } = session;
  if (user !== undefined && parts.settings.maxPerUser !== undefined)
    await afterWrite(() => keepNewest(parts, user));
  return inserted.header;
}

/** What a new session has unless it is said otherwise. */
export function newSession(
  { settings }: Parts,
  key: SessionKey,
  own: Partial<NewSession> & Pick<NewSession, 'handle' | 'version' | 'fields'>,
): NewSession {
  const idleMS = own.idleMS ?? settings.idleMS;
  return {
    tag: key.tag,
    hash: key.hash,
    user: own.user,
    handle: own.handle,
    createdAt: own.createdAt ?? 'now',
    authenticatedAt: own.authenticatedAt,
    generation: own.generation ?? '',
    idleMS,
    expiresInMS: own.expiresInMS ?? idleMS,
    absoluteEnd: own.absoluteEnd ?? { inMS: settings.absoluteMS },
    device: own.device,
    version: own.version,
    next: own.next,
    fields: own.fields,
  };
}
