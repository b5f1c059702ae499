import type { LiveSession } from '../guard/live-session.ts';
import type { DriverOperation, DriverSession } from './driver-types.ts';
import { sessionBehind } from './session-behind.ts';

/** Puts the transaction's session into an operation that was begun without one. */
export function injectSession(live: LiveSession, operation: DriverOperation): DriverSession | undefined {
  const session = sessionBehind(live);
  if (session === undefined || !session.inTransaction()) return undefined;
  setSession(operation, session);
  useReadPreferenceOf(session, operation);
  return session;
}

/** A read preference inherited from the client is refused in a transaction: the transaction's own takes its place. */
export function useReadPreferenceOf(session: DriverSession, operation: DriverOperation): void {
  const readPreference = session.transaction.options?.readPreference;
  if (typeof readPreference === 'object' && readPreference !== null)
    operation.readPreference = readPreference;
}

/** Before 6.8 `session` has no setter: the value stands under a symbol. */
function setSession(operation: DriverOperation, session: DriverSession): void {
  Object.defineProperty(operation, 'session', { value: session, configurable: true, writable: true });
}
