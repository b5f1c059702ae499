import { invalidArgument } from '../../errors/errors.ts';
import { liveOf } from './attach.ts';
import type { DriverSession } from '../driver/driver-types.ts';

/** Marks a session as one that is meant to live long: it is no leak, and may serve several scopes. */
export function keepSession(session: unknown): void {
  if (!isSession(session)) throw invalidArgument('keep takes a ClientSession.');
  const live = liveOf(session);
  live?.guard.publish({ type: 'session.kept', session: live.record.id }, live.record);
}

function isSession(value: unknown): value is DriverSession {
  return typeof value === 'object' && value !== null && 'inTransaction' in value && 'client' in value;
}
