import { Cluster } from 'ioredis';
import { createClient, createCluster } from 'redis';
import type { RedisClient } from '../../../../src/store/redis/index.ts';
import { redisClusterNodes, redisUrl } from '../../../setup/servers.ts';
import { ageRedis } from '../../support/age.ts';
import { Redis } from './ioredis.ts';

export interface Connected {
  readonly client: RedisClient;
  /** Makes what is stored under a prefix older; undefined on a cluster. */
  readonly age?: (keyPrefix: string, ms: number) => Promise<void>;
  readonly close: () => void;
}

export async function nodeRedis(url: string): Promise<Connected> {
  const client = createClient({ url });
  // A server that is stopped on purpose is not reported.
  client.on('error', () => {});
  await client.connect();
  const age = (keyPrefix: string, ms: number) =>
    ageRedis((script, args) => client.eval(script, { arguments: [...args] }), keyPrefix, ms);
  return { client, age, close: () => client.destroy() };
}

export async function ioredis(url: string): Promise<Connected> {
  const client = new Redis(url, { lazyConnect: true });
  client.on('error', () => {});
  await client.connect();
  const age = (keyPrefix: string, ms: number) =>
    ageRedis((script, args) => client.eval(script, 0, ...args), keyPrefix, ms);
  return { client, age, close: () => client.disconnect() };
}

type Nodes = readonly { readonly host: string; readonly port: number }[];

export async function nodeRedisCluster(nodes: Nodes): Promise<Connected> {
  const client = createCluster({
    rootNodes: nodes.map(({ host, port }) => ({ url: `redis://${host}:${port}` })),
  });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.destroy() };
}

export async function ioredisCluster(nodes: Nodes): Promise<Connected> {
  const client = new Cluster([...nodes], { lazyConnect: true });
  client.on('error', () => {});
  await client.connect();
  return { client, close: () => client.disconnect() };
}

/** One of each kind, on the servers that all tests share. */
export const everyClient: Readonly<Record<string, () => Promise<Connected>>> = {
  'node-redis': async () => nodeRedis(await redisUrl()),
  ioredis: async () => ioredis(await redisUrl()),
  'a cluster by node-redis': async () => nodeRedisCluster(await redisClusterNodes()),
  'a cluster by ioredis': async () => ioredisCluster(await redisClusterNodes()),
};
