import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'redis';
import { expect, test } from 'vitest';
import type { SessionStoreOptions } from '../../../src/store/index.ts';
import type { Layout } from '../../../src/store/redis/options.ts';
import { redisClusterNodes, redisUrl } from '../../setup/servers.ts';
import { type Connected, ioredis, ioredisCluster, nodeRedis, nodeRedisCluster } from './support/clients.ts';
import { open } from './support/fixture.ts';

/** A client that is given hashes as maps. */
async function resp3(): Promise<Connected> {
  const client = createClient({ url: await redisUrl(), RESP: 3 });
  await client.connect();
  return { client, close: () => client.destroy() };
}

const everyClient: Readonly<Record<string, () => Promise<Connected>>> = {
  'node-redis': async () => nodeRedis(await redisUrl()),
  'node-redis with RESP 3': resp3,
  ioredis: async () => ioredis(await redisUrl()),
  'a cluster by node-redis': async () => nodeRedisCluster(await redisClusterNodes()),
  'a cluster by ioredis': async () => ioredisCluster(await redisClusterNodes()),
};

const other: Readonly<Record<Layout, Layout>> = { string: 'hash', hash: 'string' };

const layouts: readonly Layout[] = ['string', 'hash'];
const kinds = Object.entries(everyClient).flatMap(([name, connect]) =>
  layouts.map(layout => ({ name, connect, layout })),
);

type Kind = (typeof kinds)[number];

/** Two stores on the same sessions: the first makes them, the other has the other layout. */
async function both({ connect, layout }: Kind, options: Partial<SessionStoreOptions> = {}) {
  const keyPrefix = `layout:${randomUUID()}:`;
  const { store: first } = await open(connect(), { ...options, redis: { keyPrefix, layout } });
  const { store: second } = await open(connect(), {
    ...options,
    redis: { keyPrefix, layout: other[layout] },
  });
  return { first, second };
}

test.each(kinds)(
  'With $name a store with the layout $layout and one with the other read what each has made, alone and together.',
  async kind => {
    const { first, second } = await both(kind);
    const made = await Promise.all([
      first.create({ a: 1, __proto__x: [] }),
      second.create({ ['__proto__']: 1, 'ü|\n': 'ä' }),
      first.create({}),
      first.create({}),
    ]);
    await first.destroy(made[3].id);
    for (const store of [first, second]) {
      const alone = [];
      for (const { id } of made) alone.push(await store.get(id));
      const together = await Promise.all(made.map(({ id }) => store.get(id)));
      for (const found of [alone, together]) {
        expect(found.map(live => live?.data)).toEqual([
          ...made.slice(0, 3).map(live => live.data),
          undefined,
        ]);
      }
    }
  },
);

test.each(kinds)(
  'With $name a session of the layout $layout is written, listed and ended by a store with the other.',
  async kind => {
    const { first, second } = await both(kind);
    const session = await first.create({ a: 1, b: 2, large: 'x'.repeat(10_000) }, { user: 'ann' });
    const patched = await second.patch(session, { a: 'ten' }, { unset: ['b'] });
    expect(patched).toMatchObject({ data: { a: 'ten', large: expect.any(String) } });
    // This one knows an older version, and gets the fields.
    expect(await second.patch(session, { c: 3 })).toMatchObject({ data: { a: 'ten', c: 3 } });
    await second.update(session.id, data => ({ ...data, d: 4 }));
    await expect(second.patch(session, { a: 0 }, { conflict: 'error' })).rejects.toThrow(/'a'/);
    expect((await first.get(session.id))?.data).toEqual({
      a: 'ten',
      c: 3,
      d: 4,
      large: 'x'.repeat(10_000),
    });
    expect(await second.list('ann')).toMatchObject([{ handle: session.handle }]);
    const found = await second.get(session.id);
    if (found === null) throw new Error('The session is gone.');
    expect(await second.rotate(found, { graceSeconds: 60 })).toMatchObject({ data: { a: 'ten', d: 4 } });
    expect((await first.get(session.id))?.data).toMatchObject({ a: 'ten', d: 4 });
    await second.create({}, { user: 'ann' });
    expect(await first.destroyAll('ann')).toBe(2);
    expect(await second.get(session.id)).toBeNull();
    expect(await second.list('ann')).toEqual([]);
  },
);

test.each(kinds)(
  'With $name a session of the layout $layout is refreshed by a store with the other.',
  async kind => {
    const { first, second } = await both(kind, { idleSeconds: 100, refreshEverySeconds: 0 });
    const session = await first.create({ a: 1 });
    for (const store of [first, second]) {
      const before = await store.get(session.id);
      await setTimeout(20);
      const after = await store.get(session.id);
      expect(after?.expiresAt).toBeGreaterThan(before?.expiresAt ?? Number.POSITIVE_INFINITY);
      expect(after?.data).toEqual({ a: 1 });
    }
  },
);
