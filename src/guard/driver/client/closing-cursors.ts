import type { DriverCopy, DriverFiles } from '../copies/driver-copies.ts';
import { killOnServer } from '../cursor/kill-on-server.ts';
import type { DriverClient, DriverCursor } from '../copies/driver-types.ts';

/**
 * When the driver closes a client, it also closes its open cursors, and a closed cursor is at its end: `for await`, `toArray`,
 * `forEach`, `hasNext` and streams would stop as if they had seen everything. So the driver gets stand-ins to close, which
 * only kill the cursor on its server: the reader's next fetch is rejected. Called just before the driver's own close.
 */
export function keepReadersFromEnding({ files }: DriverCopy, client: DriverClient): void {
  const { activeCursors } = client.s;
  // Older drivers do not close cursors.
  if (activeCursors === undefined || files === undefined) return;
  const cursors = [...activeCursors];
  activeCursors.clear();
  for (const cursor of cursors) activeCursors.add({ close: () => killUnlessOver(files, cursor) });
}

/** Through the patched function, so that the cursor no longer counts as left open. */
async function killUnlessOver(
  files: DriverFiles,
  { id, namespace, server, session }: DriverCursor,
): Promise<void> {
  if (id === undefined || id.isZero() || namespace == null || server == null) return;
  if (session == null || session.hasEnded) return;
  await killOnServer(files, files.operations.executeOperation, session, { id, namespace, server });
}
