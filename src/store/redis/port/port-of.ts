import { invalidArgument } from '../../../errors/errors.ts';
import { type IoRedisClient, type IoRedisCluster, ioredisPort } from './ioredis.ts';
import {
  type NodeRedisClient,
  type NodeRedisCluster,
  nodeRedisClusterPort,
  nodeRedisPort,
  type NodeRedisSentinel,
  nodeRedisSentinelPort,
} from './node-redis.ts';
import type { RedisPort } from './redis-port.ts';

/** A client of `redis` (createClient, createCluster, createClientPool, createSentinel) or of `ioredis` (Redis, Cluster). */
export type RedisClient =
  | NodeRedisClient
  | NodeRedisCluster
  | NodeRedisSentinel
  | IoRedisClient
  | IoRedisCluster;

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT */
export function portOf(client: RedisClient): RedisPort {
  if (typeof client !== 'object' || client === null) throw unknownClient();
  if (isIoRedis(client)) return ioredisPort(client);
  if (!('sendCommand' in client)) throw unknownClient();
  if (isSentinel(client)) return nodeRedisSentinelPort(client);
  return 'nodeClient' in client ? nodeRedisClusterPort(client) : nodeRedisPort(client);
}

function isIoRedis(client: RedisClient): client is IoRedisClient | IoRedisCluster {
  return 'status' in client && 'call' in client && 'pipeline' in client;
}

function isSentinel(client: RedisClient): client is NodeRedisSentinel {
  return 'getSentinelNode' in client;
}

function unknownClient(): Error {
  return invalidArgument(
    'redisBackend takes a client: createClient(), createCluster(), createClientPool() or createSentinel() of redis (5 or later), or new Redis() or new Cluster() of ioredis (5 or later).',
  );
}
