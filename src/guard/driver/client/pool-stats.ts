import type { DriverClient } from '../copies/driver-types.ts';

/** The connections to all servers of a client; the driver's own for monitoring do not count. */
export interface PoolStats {
  /** In use by an operation, a transaction of a pinned session, or a change stream that waits. */
  readonly checkedOut: number;
  /** Open and idle. */
  readonly available: number;
  /** Operations that wait for a connection. */
  readonly waiting: number;
}

/** Zeros while the client is not connected. */
export function poolStatsOf({ topology }: DriverClient): PoolStats {
  const pools = [...(topology?.s?.servers?.values() ?? [])].flatMap(({ pool }) => pool ?? []);
  const sum = (count: (pool: (typeof pools)[number]) => number) =>
    pools.reduce((total, pool) => total + count(pool), 0);
  return {
    checkedOut: sum(pool => pool.currentCheckedOutCount),
    available: sum(pool => pool.availableConnectionCount),
    waiting: sum(pool => pool.waitQueueSize),
  };
}
