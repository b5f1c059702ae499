import { onTestFinished } from 'vitest';
import { ask } from '../../../../scripts/servers/redis/ask.mjs';
import { type RedisServer, startRedis } from '../../../../scripts/servers/redis/redis.mjs';

/** A server of the test's own, which ends with it. */
export async function ownServer(config: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
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
