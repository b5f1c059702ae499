export type { RedisBackendOptions } from './options.ts';
export type { IoRedisClient, IoRedisCluster } from './port/ioredis.ts';
export type { NodeRedisClient, NodeRedisCluster, NodeRedisSentinel } from './port/node-redis.ts';
export type { RedisClient } from './port/port-of.ts';
export { redisBackend } from './redis-backend.ts';
