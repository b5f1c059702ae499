import type { NewSession, SessionHeader, SessionKey } from '../backend/session-record.ts';
import { afterWrite } from '../requests/after-write.ts';
import { writing } from '../../platform/time/timed-calls.ts';
import { idTaken } from '../errors.ts';
import { keepNewest } from './keep-newest.ts';
import { loggedOutEverywhere } from '../sessions/log-in.ts';
import type { StoreContext } from '../sessions/store-context.ts';

const task = writing('creating a session');

/**
 * Stores a new session; its fields are not encrypted yet.
 * @throws SessionGuardError ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED, or ERR_SESSION_GUARD_STORE_ID_TAKEN
 */
export async function create(context: StoreContext, session: NewSession): Promise<SessionHeader> {
  const fields = context.codec.toStored(session.hash, session.fields);
  const stored = fields === session.fields ? session : { ...session, fields };
  const inserted = await context.calls.run(task, (backend, call) => backend.insert(stored, call));
  if (inserted.outcome === 'revoked') throw loggedOutEverywhere();
  if (inserted.outcome === 'taken')
    throw idTaken(
      'There is a session with this id already, so none was created. An id is never reused: make a new one.',
    );
  const { user } = session;
  if (user !== undefined && context.settings.maxPerUser !== undefined)
    await afterWrite(() => keepNewest(context, user));
  return inserted.header;
}

type Given = Pick<NewSession, 'handle' | 'version' | 'fields'>;
type OwnParts = Given & {
  readonly [name in keyof Omit<NewSession, keyof Given>]?: NewSession[name] | undefined;
};

/** A new session with default values. */
export function newSession({ settings }: StoreContext, key: SessionKey, own: OwnParts): NewSession {
  const idleMS = own.idleMS ?? settings.idleMS;
  return {
    userKey: key.userKey,
    hash: key.hash,
    user: own.user,
    handle: own.handle,
    createdAt: own.createdAt ?? 'now',
    authenticatedAt: own.authenticatedAt,
    epoch: own.epoch ?? '',
    idleMS,
    expiresInMS: own.expiresInMS ?? idleMS,
    absoluteEnd: own.absoluteEnd ?? { inMS: settings.absoluteMS },
    device: own.device,
    version: own.version,
    successor: own.successor,
    fields: own.fields,
  };
}
