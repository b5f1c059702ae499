import type { LiveSession } from '../../runtime/session/live-session.ts';
import { drain } from '../../runtime/session/drain.ts';
import type { Operation } from '../../events/events.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import { killOnServer } from './kill-on-server.ts';
import { noteCut, openCursorsOf, type OpenServerCursor } from './cursors.ts';
import type { EndOf } from '../session/late-use.ts';

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
