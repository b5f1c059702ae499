import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import { startRedisPair } from '../../../scripts/servers/redis/redis-pair.mjs';
import { clock } from '../../../src/platform/time/clock.ts';
import { nodeRedis } from './support/clients.ts';
import { clients, open } from './support/fixture.ts';
import { keysOf, ownServer } from './support/server.ts';

afterEach(() => vi.restoreAllMocks());

function laterBy(ms: number): void {
  for (const one of ['now', 'wall'] as const) {
    const real = clock[one].bind(clock);
    vi.spyOn(clock, one).mockImplementation(() => real() + ms);
  }
}

const aSession: unknown = expect.stringContaining('sg:s:');

describe.each(Object.entries(clients))('A master that is made a replica, with %s', (_, connect) => {
  /** A session that was ended on the new master; the old one keeps its connections, and does not reach the new one. */
  async function demoted() {
    const pair = await startRedisPair();
    onTestFinished(pair.stop);
    const { store } = await open(connect(pair.master.url));
    const session = await store.create({ a: 1 }, { user: 'ann' });
    expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } });
    await vi.waitFor(async () => expect(await keysOf(pair.replica.port)).toContainEqual(aSession), 60_000);
    await ask(pair.replica.port, ['REPLICAOF', 'NO', 'ONE']);
    await ask(pair.master.port, ['REPLICAOF', '127.0.0.1', '1']);
    const { store: now } = await open(connect(pair.replica.url));
    expect(await now.destroy(session.id)).toBe(true);
    expect(await keysOf(pair.master.port)).toContainEqual(aSession);
    return { pair, store, session };
  }

  const refused = {
    name: 'StoreUnavailableError',
    outcome: 'not done',
    message: expect.stringContaining('replica'),
  };

  test('is not read any more, 10 seconds after it was the master for the last time.', async () => {
    const { store, session } = await demoted();
    laterBy(10_000);
    await expect(store.get(session.id)).rejects.toMatchObject(refused);
    await expect(Promise.all([store.get(session.id), store.get(session.id)])).rejects.toMatchObject(refused);
  });

  test('is not read any more once it has refused a write, and lists nothing.', async () => {
    const { store, session } = await demoted();
    await expect(store.patch(session, { a: 2 })).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    await expect(store.get(session.id)).rejects.toMatchObject(refused);
    await expect(store.list('ann')).rejects.toMatchObject(refused);
    await expect(store.beginLogIn('ann')).rejects.toMatchObject(refused);
  });

  test('is read again once it is the master again.', async () => {
    const { pair, store, session } = await demoted();
    await expect(store.list('ann')).rejects.toMatchObject(refused);
    await ask(pair.master.port, ['REPLICAOF', 'NO', 'ONE']);
    expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } });
  });
});

test('A master that takes no writes because its memory is full is read all the same.', async () => {
  const server = await ownServer();
  const { store } = await open(nodeRedis(server.url));
  const session = await store.create({ a: 1 }, { user: 'ann' });
  await ask(server.port, ['CONFIG', 'SET', 'maxmemory', '1']);
  await expect(store.create({})).rejects.toMatchObject({ name: 'StoreUnavailableError' });
  laterBy(10_000);
  expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } });
  expect(await store.list('ann')).toHaveLength(1);
});
