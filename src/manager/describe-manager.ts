import type { DriverClient } from '../instrument/driver/driver-types.ts';
import type { ManagerStats } from './stats.ts';

/** What is shown of a manager where it is printed or written as JSON. Its client, which holds the credentials, is not. */
export interface ManagerSummary {
  readonly hosts: readonly string[];
  readonly database: string;
  readonly closed: boolean;
  readonly stats: ManagerStats;
}

export function describeManager(
  { options }: DriverClient,
  closed: boolean,
  stats: ManagerStats,
): ManagerSummary {
  const { srvHost, hosts = [], dbName } = options ?? {};
  return {
    hosts: typeof srvHost === 'string' ? [srvHost] : hosts.map(String),
    database: typeof dbName === 'string' ? dbName : '',
    closed,
    stats,
  };
}
