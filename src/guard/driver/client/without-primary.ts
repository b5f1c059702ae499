import type { DriverClient } from '../copies/driver-types.ts';

/**
 * Closes a client. The driver tells the servers then which of their sessions are over; without a primary it waits for one, as
 * long as for any operation, although every member would take the message. So nothing is told: the servers end the sessions by
 * their time-out.
 */
export async function closeWithoutPrimary(
  { topology, s: { sessionPool } }: DriverClient,
  close: () => Promise<void>,
): Promise<void> {
  if (sessionPool === undefined || topology?.description.type !== 'ReplicaSetNoPrimary') return close();
  sessionPool.sessions?.clear?.();
  // Nor are those that the driver ends now.
  Object.assign(sessionPool, { release() {} });
  try {
    return await close();
  } finally {
    Reflect.deleteProperty(sessionPool, 'release');
  }
}
