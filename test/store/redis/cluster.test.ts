import { failureOf } from '../../real/support/outcome.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startRedisCluster } from '../../../scripts/servers/redis/redis-cluster.mjs';
import { UserKeys } from '../../../src/store/ids/user-keys.ts';
import { type Connected, ioredisCluster, nodeRedisCluster } from './support/clients.ts';
import { keys, open } from './support/fixture.ts';
import { MovingSlot } from './support/move-slot.ts';

let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster.stop());

const clusterClients: Readonly<Record<string, (nodes: typeof cluster.nodes) => Promise<Connected>>> = {
  'node-redis': nodeRedisCluster,
  ioredis: ioredisCluster,
};

/** Whatever has the user's key is in one slot. */
function keyOf(user: string): string {
  return `{${new UserKeys(keys.tag).newest(user)}}`;
}

describe.each(Object.entries(clusterClients))('A Redis cluster with %s', (name, connect) => {
  test('has the sessions of many users on all nodes, and reads those of one turn together.', async () => {
    const { store } = await open(connect(cluster.nodes));
    const users = Array.from({ length: 30 }, (_, at) => `${name}-${at}`);
    const sessions = await Promise.all(users.flatMap(user => [1, 2].map(n => store.create({ n }, { user }))));
    const found = await Promise.all(sessions.map(({ id }) => store.get(id)));
    expect(found.map(session => session?.data)).toEqual(sessions.map(({ data }) => data));
    const ended = await Promise.all(users.map(user => store.destroyAll(user)));
    expect(ended).toEqual(users.map(() => 2));
  });

  test('loses nothing and nobody while a slot moves.', async () => {
    const user = `moved-${name}`;
    const { store } = await open(connect(cluster.nodes));
    const sessions = await Promise.all(Array.from({ length: 10 }, () => store.create({}, { user })));
    const moving = await MovingSlot.begin(keyOf(user), cluster.nodes);
    const traffic = { goesOn: true, reads: 0 };
    const reading = Promise.all(
      sessions.map(async ({ id }) => {
        for (; traffic.goesOn; traffic.reads += 1) expect(await store.get(id)).not.toBeNull();
      }),
    );
    const writing = Promise.all(
      sessions.map(async (session, at) => {
        for (let n = 0; n < 5; n += 1) await store.patch(session, { [`f${n}`]: at });
        return store.create({ late: true }, { user });
      }),
    );
    await moving.move(6, 20);
    await moving.end();
    const late = await writing;
    const each = traffic.reads + sessions.length;
    await expect.poll(() => traffic.reads).toBeGreaterThan(each);
    traffic.goesOn = false;
    await reading;
    const found = await Promise.all(sessions.map(({ id }) => store.get(id)));
    for (const [at, session] of found.entries())
      expect(session?.data).toEqual({ f0: at, f1: at, f2: at, f3: at, f4: at });
    expect(await store.list(user)).toHaveLength(sessions.length + late.length);
    expect(await store.destroyAll(user)).toBe(sessions.length + late.length);
  });
});

describe.each(Object.entries(clusterClients))(
  'A slot that is on two nodes of a cluster, with %s,',
  (name, connect) => {
    test('has all sessions of a user ended, and each counted.', async () => {
      const user = `swept-${name}`;
      const { store } = await open(connect(cluster.nodes));
      const sessions = await Promise.all(Array.from({ length: 10 }, () => store.create({}, { user })));
      const moving = await MovingSlot.begin(keyOf(user), cluster.nodes);
      await moving.move(5);
      expect(await store.destroyAll(user)).toBe(10);
      expect(await Promise.all(sessions.map(({ id }) => store.get(id)))).toEqual(sessions.map(() => null));
      await moving.end();
      expect(await store.list(user)).toEqual([]);
      expect(await store.create({ a: 1 }, { user })).toMatchObject({ data: { a: 1 } });
    });

    test('has a write rejected at the deadline, and not done.', async () => {
      const user = `apart-${name}`;
      const { store, patient } = await open(connect(cluster.nodes), { timeoutMS: 300 });
      await expect.poll(() => failureOf(store.setUp())).toBeUndefined();
      const session = await patient.create({ a: 1 }, { user });
      const moving = await MovingSlot.begin(keyOf(user), cluster.nodes);
      await moving.move(1);
      await expect(store.patch(session, { a: 2 })).rejects.toMatchObject({ name: 'StoreUnavailableError' });
      expect(await patient.get(session.id)).toMatchObject({ data: { a: 1 } });
      await moving.end();
      expect(await patient.patch(session, { a: 2 })).toMatchObject({ data: { a: 2 } });
    });
  },
);
