import { expect, onTestFinished, vi } from 'vitest';
import { ask } from '../../../../scripts/servers/redis/ask.mjs';
import { freePort } from '../../../../scripts/servers/support/free-port.mjs';
import { type RedisConfig, type RedisServer, startRedis } from '../../../../scripts/servers/redis/redis.mjs';

/** A server of the test's own, which ends with it. */
export async function ownServer(config: RedisConfig = {}): Promise<RedisServer> {
  const server = await startRedis(config);
  onTestFinished(server.stop);
  return server;
}

export async function keysOf(port: number): Promise<readonly string[]> {
  return (await ask(port, ['KEYS', '*'])).split(',').filter(name => name !== '');
}

/** The keys that never end. */
export async function endless(port: number): Promise<readonly string[]> {
  const lua =
    "local r={} for _,k in ipairs(redis.call('KEYS','*')) do if redis.call('PTTL',k)==-1 then r[#r+1]=k end end return r";
  return (await ask(port, ['EVAL', lua, '0'])).split(',').filter(name => name !== '');
}

/** A server in cluster mode that has all the slots: what a plain client meets on some managed services. It takes two seconds. */
export async function clusterOfOne(config: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
  const busPort = String(await freePort());
  const server = await startRedis({ 'cluster-enabled': 'yes', 'cluster-port': busPort, ...config });
  await ask(server.port, ['CLUSTER', 'ADDSLOTSRANGE', '0', '16383']);
  await vi.waitFor(
    async () => expect(await ask(server.port, ['CLUSTER', 'INFO'])).toContain('cluster_state:ok'),
    { timeout: 60_000, interval: 100 },
  );
  return server;
}

/** From now on the server refuses whatever needs more memory, until it is given some again. */
export async function fillUp(port: number): Promise<void> {
  await ask(port, ['CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1']);
}

export async function emptyAgain(port: number): Promise<void> {
  await ask(port, ['CONFIG', 'SET', 'maxmemory', '0']);
}
