import type { DriverClient } from '../driver/driver-types.ts';

/** True if the deployment is known to be a standalone server. A direct connection to a member of a replica set is not. */
export function isStandalone(client: DriverClient): boolean {
  const description = client.topology?.description;
  if (description === undefined || description.type !== 'Single') return false;
  const servers = [...description.servers.values()];
  return servers.length > 0 && servers.every(({ type }) => type === 'Standalone');
}
