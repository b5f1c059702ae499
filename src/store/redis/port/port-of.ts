import { invalidArgument } from '../../../errors/errors.ts';
import { type IoRedisClient, type IoRedisCluster, ioredisPort } from './ioredis.ts';
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  nodeRedisClusterPort,
  nodeRedisPort,
} from './node-redis.ts';
import type { RedisPort } from './redis-port.ts';

/** A client of `redis` (createClient, createCluster, createClientPool) or of `ioredis` (Redis, Cluster). */
export type RedisClient = NodeRedisClient | NodeRedisCluster | IoRedisClient | IoRedisCluster;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function portOf(client: RedisClient): RedisPort {
  if (typeof client !== 'object' || client === null) throw unknownClient();
  if (isIoRedis(client)) return ioredisPort(client);
  if (!('sendCommand' in client) || 'getSentinelNode' in client) throw unknownClient();
  return 'nodeClient' in client ? nodeRedisClusterPort(client) : nodeRedisPort(client);
}

function isIoRedis(client: RedisClient): client is IoRedisClient | IoRedisCluster {
  return 'status' in client && 'call' in client && 'pipeline' in client;
}

function unknownClient(): Error {
  return invalidArgument(
    'redisBackend takes a client: createClient(), createCluster() or createClientPool() of redis (5 or later), or new Redis() or new Cluster() of ioredis (5 or later). With sentinels, use that of ioredis.',
  );
}
