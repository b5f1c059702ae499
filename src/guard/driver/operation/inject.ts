import { isObject } from '../../../platform/options/checks.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { currentTransaction, stoppedAttempt } from '../../scope/lookup.ts';
import { noteStream } from '../cursor/cursors.ts';
import type { DriverClient, DriverCursor, DriverOperation, DriverSession } from '../copies/driver-types.ts';
import { sessionBehind } from '../session/attach.ts';
import { streamOver } from '../cursor/streams.ts';

/** The session of the current transaction, if it has `inject: true`; also of one that a limit has stopped, to refuse its use. */
export function injectedSession(client: DriverClient): DriverSession | undefined {
  const attempt = currentTransaction(client)?.attempt ?? stoppedAttempt(client);
  return attempt?.inject === true ? sessionBehind(attempt.session) : undefined;
}

/**
 * Puts the transaction's session into an operation that was begun without one, and into the cursor of the operation. Also after
 * the callback has ended the transaction or the session itself: the result is the same as with an explicit session.
 */
export function injectSession(live: LiveSession, operation: DriverOperation): DriverSession | undefined {
  const session = sessionBehind(live);
  if (session === undefined) return undefined;
  const implicit = operation.session;
  // Up to 6.18 `session` has no setter.
  Object.defineProperty(operation, 'session', { value: session, configurable: true, writable: true });
  if (typeof implicit?.owner === 'object') hand(implicit.owner, implicit, session, live);
  return session;
}

/**
 * A cursor makes a session when it is first read or (up to 6.17) when it is created, and uses it for all its batches. Nothing
 * was sent with this session yet.
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
  const streamed = streamOver(cursor);
  if (streamed !== undefined) noteStream(live, cursor, streamed.site);
  implicit.endSession?.().catch(() => undefined);
}

/**
 * Concerns and read preferences that an operation has inherited from its collection or client are refused in a transaction, or
 * must be those of the transaction: they are replaced. With the session in the options from the beginning, the driver would
 * not have inherited most of them.
 */
export function fitIntoTransaction(session: DriverSession, operation: DriverOperation): void {
  const { readPreference } = session.transaction.options ?? {};
  const { options, cmdBase } = operation;
  if (isObject(readPreference)) operation.readPreference = readPreference;
  operation.readConcern = undefined;
  operation.writeConcern = undefined;
  // Up to 6.18 the options of a findAndModify are in the first part of its command.
  if (cmdBase !== undefined) delete cmdBase.writeConcern;
  if (options === undefined || !inherits(options)) return;
  const { readConcern: _read, writeConcern: _write, ...others } = options;
  const fitting = { ...others, session };
  operation.options = isObject(readPreference) ? { ...fitting, readPreference } : fitting;
}

function inherits(options: object): boolean {
  return 'readConcern' in options || 'writeConcern' in options || 'readPreference' in options;
}
