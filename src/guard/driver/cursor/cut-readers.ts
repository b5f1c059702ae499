import type { LiveSession } from '../../runtime/session/live-session.ts';
import { drain } from '../../runtime/session/drain.ts';
import { describe } from '../../rules/engine/describe.ts';
import type { Operation } from '../../events/events.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import { closedUnderway, cutByClose, isCutByClose, saysCursorIsGone } from './cut-by-close.ts';
import type { DriverClient, DriverOperation, DriverSession } from '../copies/driver-types.ts';
import { killOnServer } from './kill-on-server.ts';
import { cutBy, noteCut, openCursorsOf, type OpenServerCursor } from './cursors.ts';
import { cutOffError, type EndOf, expiredError, lateUseOf } from '../session/late-use.ts';

/**
 * Kills cursors on the server, and leaves the cursor objects as they are: their buffered documents can still be read, and the
 * next fetch is rejected. If they were closed instead, `for await` would end as if it had seen everything.
 */
export async function killOpenCursors(
  copy: DriverCopy,
  live: LiveSession,
  session: DriverSession,
  running: readonly (Operation | undefined)[],
): Promise<void> {
  await kill(copy, live, session, 'session', openCursorsOf(live), running);
}

/** The same for the cursors that were opened in the running transaction. */
export async function killCursorsOfTransaction(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  running: readonly (Operation | undefined)[],
): Promise<void> {
  const { openCursors, transaction } = live.record;
  if (openCursors.size === 0 || transaction === undefined || !session.inTransaction()) return;
  const found = openCursorsOf(live).filter(
    ({ number }) => openCursors.get(number)?.transaction === transaction.number,
  );
  await kill(copy, live, session, transaction, found, running);
}

/**
 * All are cut off before the first one is killed. A fetch that reaches the server after its cursor was killed fails there, and
 * aborts its transaction: the commit would fail with `NoSuchTransaction`.
 * @param running the operation that is not waited for
 */
async function kill(
  copy: DriverCopy,
  live: LiveSession,
  session: DriverSession,
  endedWith: EndOf,
  found: readonly OpenServerCursor[],
  running: readonly (Operation | undefined)[],
): Promise<void> {
  for (const cursor of found) noteCut(live, cursor, endedWith);
  // A fetch may have begun after the last wait, and before its cursor was cut off.
  await drain(live, ...running);
  const { files } = copy;
  if (files === undefined) return;
  for (const cursor of found) await killOnServer(files, files.executeOperation, session, cursor);
}

/** The state of an operation on a session of the user. */
interface Known {
  readonly copy: DriverCopy;
  readonly live: LiveSession;
  readonly client: DriverClient;
  readonly operation: DriverOperation;
}

/** The error for an operation that protection does not send, because it comes too late. */
export function refusedUse(known: Known, begun: Operation, late: boolean): Error | undefined {
  const { copy, live, client, operation } = known;
  const isRead = live.record.phase !== 'ended' && begun.kind !== 'killCursors';
  const endedWith = isRead ? cutBy(live, operation) : undefined;
  if (endedWith !== undefined) return cutOffError(copy, live, begun, endedWith, false);
  const refused = lateUseOf(copy, live, begun, late);
  if (refused !== undefined || !isCutByClose(client, operation)) return refused;
  return cutByClose(copy, client, operation, begun.site);
}

/**
 * The error for an operation that was perhaps overtaken by an end. If we have killed the cursor of a fetch, the server's error
 * must not reach the reader: the driver's streams take "operation was interrupted" for the end of the documents.
 */
export function toldOf(known: Known, begun: Operation, error: unknown): unknown {
  const { copy, live, client, operation } = known;
  if (!live.guard.settings.protect) return error;
  const byClose = closedUnderway(copy, client, operation, error, begun.site);
  if (byClose !== undefined) return byClose;
  if (saysCursorIsGone(error)) {
    const endedWith = cutBy(live, operation);
    return endedWith === undefined ? error : cutOffError(copy, live, begun, endedWith, true);
  }
  if (!isPlainExpired(copy, error)) return error;
  return expiredError(copy, live, `${describe(begun)} was on its way`, begun.site);
}

/** The session ended after the call, and before the command was sent. */
function isPlainExpired({ files }: DriverCopy, error: unknown): boolean {
  if (files === undefined || !(error instanceof files.MongoExpiredSessionError)) return false;
  return !('code' in error) || error.code === undefined;
}
