import { createClient } from 'redis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import type { RedisServer } from '../../../scripts/servers/redis/redis.mjs';
import { redisClusterNodes } from '../../setup/servers.ts';
import { ioredis, nodeRedis } from './support/clients.ts';
import { clients, open } from './support/fixture.ts';
import { clusterOfOne } from './support/server.ts';

// Managed services have one address that leads to a cluster: the client is a plain one, and keys of two slots are refused.

let server: RedisServer;
beforeAll(async () => {
  server = await clusterOfOne();
});
afterAll(() => server.stop());

describe.each(Object.entries(clients))('A plain %s on a server in cluster mode', (_, connect) => {
  test.each([true, false])('serves many users at once, setUp %j.', async setUp => {
    const { store } = await open(connect(server.url), { setUp });
    const users = Array.from({ length: 20 }, (_each, at) => `user-${at}`);
    const sessions = await Promise.all(users.map(user => store.create({ user }, { user })));
    for (let round = 0; round < 3; round += 1) {
      const found = await Promise.all(sessions.map(({ id }) => store.get(id)));
      expect(found.map(live => live?.data.user)).toEqual(users);
    }
    expect(await Promise.all(users.map(user => store.destroyAll(user)))).toEqual(users.map(() => 1));
  });

  test('is refused one MGET at most: what a server says is remembered.', async () => {
    const { store } = await open(connect(server.url), { setUp: false });
    const sessions = await Promise.all(['ann', 'bob'].map(user => store.create({}, { user })));
    await ask(server.port, ['CONFIG', 'RESETSTAT']);
    for (let round = 0; round < 5; round += 1)
      await Promise.all([...sessions, ...sessions].map(({ id }) => store.get(id)));
    const errors = await ask(server.port, ['INFO', 'errorstats']);
    expect(/errorstat_CROSSSLOT:count=(\d+)/.exec(errors)?.[1] ?? '0').toBe('1');
  });
});

describe('A plain client on one server of several of a cluster', () => {
  test('is refused by the set-up.', async () => {
    const [node] = await redisClusterNodes();
    const url = `redis://127.0.0.1:${node?.port}`;
    for (const connect of [nodeRedis, ioredis]) {
      const { store } = await open(connect(url));
      await expect(store.setUp()).rejects.toMatchObject({
        code: 'ERR_SESSION_GUARD_STORE_SET_UP',
        message: expect.stringMatching(/one of a cluster.*createCluster\(\)/) as string,
      });
    }
  });

  test('says that there was no set-up, and that nothing was done.', async () => {
    const [node] = await redisClusterNodes();
    const client = createClient({ url: `redis://127.0.0.1:${node?.port}` });
    await client.connect();
    const { store } = await open(Promise.resolve({ client, close: () => client.destroy() }), {
      setUp: false,
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => store.create({})));
    const reasons = outcomes.flatMap(outcome =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    expect(reasons.length).toBeGreaterThan(0);
    for (const reason of reasons)
      expect(reason).toMatchObject({
        outcome: 'not done',
        message: expect.stringContaining('one of a cluster'),
      });
  });
});
