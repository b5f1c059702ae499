import type { ClientSession } from 'mongodb';
import { invalidArgument } from '../../errors/errors.ts';
import { demandObservation } from '../runtime/process/on-demand.ts';
import { liveOf } from '../driver/session/attach.ts';
import type { DriverSession } from '../driver/copies/driver-types.ts';

/** Marks a session as intended to live long: it is not a leak, and several scopes may use it. */
export function keepSession(session: unknown): void {
  if (!isSession(session)) throw invalidArgument('keep takes a ClientSession.');
  demandObservation();
  const live = liveOf(session);
  live?.guard.publish({ type: 'session.kept', session: live.record.id }, live.record);
}

function isSession(value: unknown): value is DriverSession {
  return typeof value === 'object' && value !== null && 'inTransaction' in value && 'client' in value;
}

/**
 * Marks a session as intended to live long, so that it is not reported as a leak, and returns it.
 * @throws SessionGuardError for anything that is not a session
 * @example
 * ```ts
 * import { keep } from 'session-guard';
 *
 * // For all reads of this process: the session is not a leak.
 * const session = keep(client.startSession());
 * await orders.findOne({ _id: 'order-1' }, { session });
 * await orders.findOne({ _id: 'order-2' }, { session });
 * await session.endSession();
 * ```
 */
export function keep<S extends ClientSession>(session: S): S {
  keepSession(session);
  return session;
}
