import { expect, test } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import { startRedisPair } from '../../../scripts/servers/redis/redis-pair.mjs';
import { ioredisCluster, nodeRedis, nodeRedisCluster } from './support/clients.ts';
import { clients, open } from './support/fixture.ts';
import { ownServer } from './support/server.ts';
import { redisClusterNodes } from '../../setup/servers.ts';

const redis = { durability: 'replicated', replicasTimeoutMS: 800 } as const;
/** A busy machine lets a replica wait for its turn. */
const patient = { redis: { ...redis, replicasTimeoutMS: 50_000 } };

test.each(Object.entries(clients))(
  "With %s and `durability: 'replicated'` a write is on the replica when it is acknowledged.",
  async (_, connect) => {
    await using pair = await startRedisPair();
    const { store } = await open(connect(pair.master.url), patient);
    const session = await store.create({ a: 1 }, { user: 'ann' });
    await store.create({ a: 1 }, { user: 'ann' });
    expect(await store.destroy(session.id)).toBe(true);
    await pair.master.kill();
    await ask(pair.replica.port, ['REPLICAOF', 'NO', 'ONE']);
    const after = await open(connect(pair.replica.url));
    expect(await after.store.get(session.id)).toBeNull();
    expect(await after.store.list('ann')).toHaveLength(1);
  },
);

test.each(Object.entries(clients))(
  'With %s a write that too few replicas have is rejected, and says that it may be done.',
  async (_, connect) => {
    await using pair = await startRedisPair();
    const { store } = await open(connect(pair.master.url), { redis });
    const { store: waiting } = await open(connect(pair.master.url), patient);
    const session = await waiting.create({ a: 1 });
    pair.replica.pause();
    const patching = store.patch(session, { a: 2 });
    await expect(patching).rejects.toMatchObject({ name: 'StoreUnavailableError', outcome: 'unknown' });
    await expect(patching).rejects.toThrow(/0 of 1 replicas/);
    expect(await store.get(session.id)).toMatchObject({ data: { a: 2 } });
    pair.replica.resume();
    expect(await waiting.patch(session, { a: 3 })).toMatchObject({ data: { a: 3 } });
  },
);

test('Without replicas every write is rejected.', async () => {
  const server = await ownServer();
  const { store } = await open(nodeRedis(server.url), { redis });
  await expect(store.create({})).rejects.toMatchObject({ outcome: 'unknown' });
});

test.each([
  ['node-redis', nodeRedisCluster],
  ['ioredis', ioredisCluster],
])('In a cluster with %s the replicas of the right master are asked.', async (_, connect) => {
  const { store } = await open(connect(await redisClusterNodes()), {
    redis: { ...redis, replicasTimeoutMS: 100, keyPrefix: 'durable:' },
  });
  const writes = Array.from({ length: 3 }, (__, at) => store.create({}, { user: `user-${at}` }));
  const settled = await Promise.allSettled(writes);
  for (const result of settled)
    expect(result).toMatchObject({
      reason: { outcome: 'unknown', message: expect.stringContaining('0 of 1 replicas') },
    });
});
