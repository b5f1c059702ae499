import type { LiveSession } from '../../runtime/session/live-session.ts';
import { liveOf } from '../../driver/session/attach.ts';
import { copyOf } from '../../driver/copies/driver-copies.ts';
import type { DriverSession } from '../../driver/copies/driver-types.ts';
import { expiredError } from '../../driver/session/late-use.ts';
import type { Operation } from '../../events/events.ts';

/** The guard's object for a session that was given to mongoose. */
export function liveSessionIn(session: unknown): LiveSession | undefined {
  return isDriverSession(session) ? liveOf(session) : undefined;
}

/** The error of the guard for a session that has ended. */
export function lateUseError(
  session: unknown,
  live: LiveSession,
  { command, namespace, site }: Operation,
): Error {
  const what = namespace === undefined ? command : `${command} on ${namespace}`;
  const copy = isDriverSession(session) ? copyOf(session.client) : { files: undefined };
  return expiredError(copy, live, `${what} used it`, site);
}

function isDriverSession(value: unknown): value is DriverSession {
  return typeof value === 'object' && value !== null && 'inTransaction' in value && 'hasEnded' in value;
}
