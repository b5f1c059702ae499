import type { ClientGuard } from '../../guard/client-guard.ts';
import { LiveSession } from '../../guard/live-session.ts';
import { guardOf, shared } from '../../guard/shared-state.ts';
import { currentRequests } from '../../scope/lookup.ts';
import type { Caller, SessionStarted, Site } from '../../session/events.ts';
import { nextId } from '../../session/ids.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { identityOf } from './session-identity.ts';

/** What is known of a session that the user (or a helper) has started; undefined for the driver's own. */
export function liveOf(session: DriverSession): LiveSession | undefined {
  const known = shared.sessions.get(identityOf(session));
  if (known !== undefined || session.explicit !== true || session.client === undefined) return known;
  // Started before the driver was observed: what happened until now is not known, its places neither.
  return attach(session, guardOf(session.client), 'user', undefined);
}

/** The options of `startSession` that rules ask about. */
export interface SessionOptions {
  readonly explicit?: boolean;
  readonly snapshot?: boolean;
  readonly causalConsistency?: boolean;
}

export function attach(
  session: DriverSession,
  guard: ClientGuard,
  by: Caller,
  site: Site | undefined,
  options: SessionOptions = {},
): LiveSession {
  const scopes = currentRequests();
  const record = guard.open({
    type: 'session.started',
    session: nextId('session'),
    by,
    site,
    scope: scopes?.[0],
    scopes,
    asks: askedFor(options),
  });
  if (session.hasEnded) record.phase = 'ended';
  const live = new LiveSession(record, guard);
  live.request = scopes?.at(-1);
  shared.sessions.set(identityOf(session), live);
  for (const listener of shared.sessionListeners) listener(live);
  return live;
}

function askedFor({ snapshot, causalConsistency }: SessionOptions): SessionStarted['asks'] {
  if (snapshot === true) return 'snapshot';
  return causalConsistency === true ? 'causal consistency' : undefined;
}
