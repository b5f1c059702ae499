import type { DriverClient } from '../copies/driver-types.ts';

/**
 * Closes a client. The driver then sends `endSessions`, and without a primary it waits for one, as long as for any operation,
 * although every member would take the command. So the command is left out: the servers end the sessions by their time-out.
 */
export async function closeWithoutPrimary(
  { topology, s: { sessionPool } }: DriverClient,
  close: () => Promise<void>,
): Promise<void> {
  if (sessionPool === undefined || topology?.description.type !== 'ReplicaSetNoPrimary') return close();
  sessionPool.sessions?.clear?.();
  // It leaves out the sessions that the driver ends now, too.
  Object.assign(sessionPool, { release() {} });
  try {
    return await close();
  } finally {
    Reflect.deleteProperty(sessionPool, 'release');
  }
}
