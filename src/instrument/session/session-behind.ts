import type { LiveSession } from '../../guard/live-session.ts';
import type { DriverSession } from '../driver/driver-types.ts';

/** The way back from a live session to the driver's, for injection and for joining. */
export function rememberSession(live: LiveSession, session: DriverSession): void {
  live.behind = session;
}

export function sessionBehind(live: LiveSession): DriverSession | undefined {
  return live.behind as DriverSession | undefined;
}
