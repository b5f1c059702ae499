import type { LiveSession } from '../../guard/live-session.ts';
import { currentTransaction } from '../../scope/lookup.ts';
import { noteStream } from './cursors.ts';
import type { DriverClient, DriverCursor, DriverOperation, DriverSession } from '../driver/driver-types.ts';
import { sessionBehind } from '../session/session-behind.ts';
import { isStreamed } from './streams.ts';

/** The session of the transaction that we are in, if its scope asks for it to be put in everywhere. */
export function injectedSession(client: DriverClient): DriverSession | undefined {
  const attempt = currentTransaction(client)?.attempt;
  return attempt?.inject === true ? sessionBehind(attempt.session) : undefined;
}

/**
 * Puts the transaction's session into an operation that was begun without one, and into the cursor that began it. Also when
 * the callback has ended the transaction, or the session, by hand: what follows is the same as if it had passed the session.
 */
export function injectSession(live: LiveSession, operation: DriverOperation): DriverSession | undefined {
  const session = sessionBehind(live);
  if (session === undefined) return undefined;
  const implicit = operation.session;
  // Before 6.8 `session` has no setter: the value stands under a symbol.
  Object.defineProperty(operation, 'session', { value: session, configurable: true, writable: true });
  if (typeof implicit?.owner === 'object') hand(implicit.owner, implicit, session, live);
  return session;
}

/**
 * A cursor has made a session of its own, when it was first read or (before 6.11) when it was created; it is where its
 * further batches will look for one. Nothing was sent with it yet.
 */
function hand(
  cursor: DriverCursor,
  implicit: DriverSession,
  session: DriverSession,
  live: LiveSession,
): void {
  for (const key of Reflect.ownKeys(cursor)) {
    if (Reflect.get(cursor, key) === implicit) Reflect.set(cursor, key, session);
  }
  if (isStreamed(cursor)) noteStream(live, cursor);
  implicit.endSession?.().catch(() => undefined);
}

/**
 * What an operation has inherited from its collection or client is refused in a transaction, or must be the same for all of
 * it: that of the transaction takes its place. With the session in its options from the beginning, the driver itself would
 * not have let most of it in.
 */
export function fitIntoTransaction(session: DriverSession, operation: DriverOperation): void {
  const { readPreference } = session.transaction.options ?? {};
  const { options, cmdBase } = operation;
  if (isObject(readPreference)) operation.readPreference = readPreference;
  operation.readConcern = undefined;
  operation.writeConcern = undefined;
  // Up to 6.10 the command of a findAndModify is begun with its options.
  if (cmdBase !== undefined) delete cmdBase.writeConcern;
  if (options === undefined || !inherits(options)) return;
  const { readConcern: _read, writeConcern: _write, ...others } = options;
  const fitting = { ...others, session };
  operation.options = isObject(readPreference) ? { ...fitting, readPreference } : fitting;
}

function inherits(options: object): boolean {
  return 'readConcern' in options || 'writeConcern' in options || 'readPreference' in options;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
