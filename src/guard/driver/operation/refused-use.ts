import { describe } from '../../rules/engine/describe.ts';
import type { Operation } from '../../events/events.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverClient, DriverOperation } from '../copies/driver-types.ts';
import { cutBy } from '../cursor/cursors.ts';
import { closedUnderway, cutByClose, isCutByClose, saysCursorIsGone } from '../cursor/cut-by-close.ts';
import { cutOffError, expiredError, lateUseOf } from '../session/late-use.ts';

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
export function rejectionOf(known: Known, begun: Operation, error: unknown): unknown {
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
