import type { DriverFiles } from '../copies/driver-copies.ts';
import type { DriverLong, DriverNamespace, DriverSession, ExecuteOperation } from '../copies/driver-types.ts';

/** The parts of a cursor that are needed to kill it on its server. */
interface Killable {
  readonly id: DriverLong;
  readonly namespace: DriverNamespace;
  readonly server: unknown;
}

/**
 * Kills a cursor on its server, and leaves the driver's cursor object as it is. It never fails: the server ends the cursor
 * itself after its time-out, and the caller must not fail because of that.
 * @param execute the driver's own function, or the patched one
 */
export async function killOnServer(
  { KillCursorsOperation }: DriverFiles,
  execute: ExecuteOperation,
  session: DriverSession,
  { id, namespace, server }: Killable,
): Promise<void> {
  try {
    await execute(session.client, new KillCursorsOperation(id, namespace, server, { session }));
  } catch {
    // See above.
  }
}
