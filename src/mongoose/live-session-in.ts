import type { LiveSession } from '../guard/live-session.ts';
import { liveOf } from '../instrument/session/attach.ts';
import { copyOf } from '../instrument/driver/driver-copies.ts';
import type { DriverSession } from '../instrument/driver/driver-types.ts';
import { expiredError } from '../instrument/operation/late-use.ts';
import type { Operation } from '../session/events.ts';

/** What is known of a session that was given to mongoose. */
export function liveSessionIn(session: unknown): LiveSession | undefined {
  return isSession(session) ? liveOf(session) : undefined;
}

/** The error of the guard for a session that has ended. */
export function lateUseError(
  session: unknown,
  live: LiveSession,
  { command, namespace, site }: Operation,
): Error {
  const what = namespace === undefined ? command : `${command} on ${namespace}`;
  const copy = isSession(session) ? copyOf(session.client) : { files: undefined };
  return expiredError(copy, live, `${what} used it`, site);
}

function isSession(value: unknown): value is DriverSession {
  return typeof value === 'object' && value !== null && 'inTransaction' in value && 'hasEnded' in value;
}
