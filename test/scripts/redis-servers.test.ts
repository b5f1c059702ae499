import { expect, test, vi } from 'vitest';
import { ask } from '../../scripts/servers/redis/ask.mjs';
import { startRedisCluster } from '../../scripts/servers/redis/redis-cluster.mjs';
import { startRedisPair } from '../../scripts/servers/redis/redis-pair.mjs';
import { startRedis } from '../../scripts/servers/redis/redis.mjs';
import { redisClusterNodes, redisUrl } from '../setup/servers.ts';

test('a Redis has the settings given, and its own cleaning can be switched off', async () => {
  await using redis = await startRedis({
    'maxmemory-policy': 'allkeys-lru',
    'client-output-buffer-limit': NO_LIMIT,
  });
  expect(await ask(redis.port, ['CONFIG', 'GET', 'maxmemory-policy'])).toContain('allkeys-lru');
  expect(await ask(redis.port, ['DEBUG', 'SET-ACTIVE-EXPIRE', '0'])).toBe('OK');
});

const NO_LIMIT = ['normal', '0', '0', '0'];

test('a Redis that is paused does not answer until it is resumed', async () => {
  await using redis = await startRedis();
  redis.pause();
  const answer = ask(redis.port, ['PING']);
  const first = await Promise.race([answer, pause(300).then(() => 'silence')]);
  redis.resume();
  expect(first).toBe('silence');
  expect(await answer).toBe('PONG');
});

test('a Redis that is killed refuses connections, and another one can take its place', async () => {
  await using victim = await startRedis();
  await victim.kill();
  await expect(ask(victim.port, ['PING'])).rejects.toThrow('ECONNREFUSED');
  await using next = await startRedis({ port: String(victim.port) });
  expect(next.url).toBe(victim.url);
});

test("an unknown setting of Redis is reported with the server's message, and nothing is left behind", async () => {
  await expect(startRedis({ 'no-such-setting': 'yes' })).rejects.toThrow(
    /ended while it started:[^]*no-such-setting/,
  );
});

test('a pair replicates', async () => {
  await using pair = await startRedisPair();
  await ask(pair.master.port, ['SET', 'key', 'value']);
  // WAIT would tell only of what its own connection has written.
  const seen = async () => expect(await ask(pair.replica.port, ['GET', 'key'])).toBe('value');
  await vi.waitFor(seen, 60_000);
});

test('a cluster has its slots on three masters', async () => {
  await using cluster = await startRedisCluster();
  const stored = cluster.nodes.map(({ port }) => ask(port, ['SET', 'key', 'value']).catch(String));
  expect((await Promise.all(stored)).map(answer => answer.replace(/MOVED.*/, 'MOVED')).toSorted()).toEqual([
    'Error: MOVED',
    'Error: MOVED',
    'OK',
  ]);
});

test('the shared ones are a Redis of version 7 or later and a cluster of three', async () => {
  const port = Number(new URL(await redisUrl()).port);
  expect(await ask(port, ['INFO', 'server'])).toMatch(/redis_version:([7-9]|\d\d)/);
  expect(await redisUrl()).toBe(`redis://127.0.0.1:${port}`);
  const nodes = await redisClusterNodes();
  expect(nodes).toHaveLength(3);
  const infos = await Promise.all(nodes.map(node => ask(node.port, ['CLUSTER', 'INFO'])));
  for (const info of infos) expect(info).toContain('cluster_state:ok');
});

function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
