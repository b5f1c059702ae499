import type { LiveSession } from '../guard/live-session.ts';
import type { DriverSession } from './driver-types.ts';

/** The way back from a live session to the driver's, for injection and for joining. */
const sessions = new WeakMap<LiveSession, DriverSession>();

export function rememberSession(live: LiveSession, session: DriverSession): void {
  sessions.set(live, session);
}

export function sessionBehind(live: LiveSession): DriverSession | undefined {
  return sessions.get(live);
}
