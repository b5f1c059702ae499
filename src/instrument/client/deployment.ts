import type { DriverClient } from '../driver/driver-types.ts';

/** Services that speak the protocol of MongoDB and ask for `retryWrites=false`. */
const withoutRetries = /\.(?:docdb|docdb-elastic)\.amazonaws\.com$|\.cosmos\.azure\.com$/;

/** True for a replica set or a sharded cluster of MongoDB: there the driver can send a write again. */
export function retriesWrites({ topology, options }: DriverClient): boolean {
  if (![...(topology?.description.servers.values() ?? [])].some(({ type }) => members.has(type)))
    return false;
  const hosts = [options?.srvHost, ...(options?.hosts ?? []).map(({ host }) => host)];
  return !hosts.some(host => typeof host === 'string' && withoutRetries.test(host.toLowerCase()));
}

const members = new Set(['RSPrimary', 'RSSecondary', 'Mongos', 'LoadBalancer']);
