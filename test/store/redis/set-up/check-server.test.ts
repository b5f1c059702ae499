import { expect, test } from 'vitest';
import { checkRedisOptions } from '../../../../src/store/redis/options.ts';
import type { RedisPort } from '../../../../src/store/redis/port/redis-port.ts';
import { checkServers } from '../../../../src/store/redis/set-up/check-server.ts';

const call = { signal: new AbortController().signal };

const unused = () => Promise.reject(new Error('not asked'));

/** Servers that nobody has here: old ones. */
function serversThatSay(...infos: readonly string[]): RedisPort {
  return {
    isCluster: false,
    ready: () => undefined,
    send: unused,
    sendTogether: unused,
    sendToAll: async () => infos,
  };
}

const good = 'redis_version:7.0.0\r\nrole:master\r\nmaxmemory_policy:noeviction\r\n';

test.each(['6.2.14', '5.0', ''])('A server of version %j is refused.', async version => {
  const port = serversThatSay(good, good.replace('7.0.0', version));
  await expect(checkServers(port, checkRedisOptions({}), call)).rejects.toThrow(/need Redis 7 or later/);
});

test.each(['7.0.0', '7.4.1', '8.2.0', '10.0.0'])('A server of version %s is taken.', async version => {
  const port = serversThatSay(good.replace('7.0.0', version));
  await expect(checkServers(port, checkRedisOptions({}), call)).resolves.toBeUndefined();
});
