import { clock } from '../../../platform/time/clock.ts';
import type { ClientGuard } from '../../runtime/client/client-guard.ts';
import { LiveSession } from '../../runtime/session/live-session.ts';
import { guardOf, shared } from '../../runtime/process/shared-state.ts';
import { currentContext, currentRequest, currentRequests } from '../../scope/lookup.ts';
import type { Caller, SessionStarted, Site } from '../../events/events.ts';
import { trackers } from '../../runtime/tracking/trackers.ts';
import { trackSession } from '../client/track-client.ts';
import { nextId } from '../../../platform/process-wide.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import type { ScopedSession } from '../../scope/async-scope.ts';

/**
 * The object by which a session is recognised, also behind a proxy (of a logger, of a dependency injection): every session has
 * its own object of default options, and a proxy returns the same object.
 */
export function identityOf(session: DriverSession): object {
  const { defaultTransactionOptions } = session;
  const isObject = typeof defaultTransactionOptions === 'object' && defaultTransactionOptions !== null;
  return isObject ? defaultTransactionOptions : session;
}

/** The live object of a session that the user, or a runner, has started; undefined for sessions of the driver itself. */
export function liveOf(session: DriverSession): LiveSession | undefined {
  const known = shared.sessions.get(identityOf(session));
  if (known !== undefined || session.explicit !== true || session.client === undefined) return known;
  // Started before the driver was patched: its history and its places are not known.
  return attach(session, guardOf(session.client), 'user', undefined, undefined);
}

/** The options of `startSession` that rules check. */
export interface SessionOptions {
  readonly explicit?: boolean;
  readonly snapshot?: boolean;
  readonly causalConsistency?: boolean;
}

/** @param options undefined for a session that was started before the driver was patched */
export function attach(
  session: DriverSession,
  guard: ClientGuard,
  by: Caller,
  site: Site | undefined,
  options: SessionOptions | undefined,
): LiveSession {
  const scopes = currentRequests();
  const record = guard.open({
    v: 1,
    type: 'session.started',
    at: clock.now(),
    client: guard.id,
    session: nextId('session'),
    by,
    site,
    scope: scopes?.[0],
    scopes,
    asks: options && askedFor(options),
    historyUnknown: options === undefined ? true : undefined,
  });
  if (session.hasEnded) record.phase = 'ended';
  if (scopes !== undefined) {
    record.context = currentContext();
    currentRequest()?.sessions?.add(session);
  }
  const live = new LiveSession(record, guard);
  live.request = scopes?.at(-1);
  shared.sessions.set(identityOf(session), live);
  if (trackers.size > 0) live.tracks = trackSession(session.client);
  for (const listener of shared.sessionListeners) listener(live);
  return live;
}

function askedFor({ snapshot, causalConsistency }: SessionOptions): SessionStarted['asks'] {
  if (snapshot === true) return 'snapshot';
  return causalConsistency === true ? 'causal consistency' : undefined;
}

/** A session that has sent nothing has no operation time, unless `advanceOperationTime` has set one. */
export function noteAdvanced({ guard, record }: LiveSession, { operationTime }: DriverSession): void {
  if (operationTime != null) guard.publish({ type: 'session.advanced', session: record.id }, record);
}

/** From a live session back to the driver's session, for injection and for joining. */
export function rememberSession(live: LiveSession, session: DriverSession): void {
  live.driverSession = session;
}

export function sessionBehind(scoped: ScopedSession): DriverSession | undefined {
  return scoped.driverSession as DriverSession | undefined;
}

/**
 * The live object of the session of the current transaction. Also for a manual transaction, whose driver session is not
 * remembered: otherwise a scope that stays would keep an abandoned session alive.
 */
export function liveBehind(scoped: ScopedSession): LiveSession {
  return scoped as LiveSession;
}
