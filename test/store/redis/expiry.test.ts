import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import { clock } from '../../../src/platform/time/clock.ts';
import { raceCount } from '../../support/race-count.ts';
import { nodeRedis } from './support/clients.ts';
import { clients, open } from './support/fixture.ts';
import { endless, keysOf, ownServer } from './support/server.ts';

afterEach(() => vi.restoreAllMocks());

test('A session is gone at its end, with nothing left of it, though the server cleans nothing by itself.', async () => {
  const server = await ownServer();
  await ask(server.port, ['DEBUG', 'SET-ACTIVE-EXPIRE', '0']);
  const { store } = await open(nodeRedis(server.url), { idleSeconds: 3, refreshBelowSeconds: 0 });
  const session = await store.create({ a: 1 }, { user: 'ann' });
  const name = (await keysOf(server.port)).find(key => key.startsWith('sg:s:')) ?? '';
  expect(Number(await ask(server.port, ['PEXPIRETIME', name]))).toBe(session.expiresAt - 1);
  // A busy machine may take three seconds for this.
  if ((await store.get(session.id)) === null)
    expect(await timeOf(server.port)).toBeGreaterThanOrEqual(session.expiresAt);
  await setTimeout(3050);
  expect(await store.get(session.id)).toBeNull();
  expect(await store.list('ann')).toEqual([]);
});

/** Of the server, in milliseconds. */
async function timeOf(port: number): Promise<number> {
  const [seconds = '', microseconds = ''] = (await ask(port, ['TIME'])).split(',');
  return Number(seconds) * 1000 + Number(microseconds) / 1000;
}

/** 10,000 with `npm run soak:races`. */
const many = raceCount(100) * 20;

test('After thousands of sessions have expired, the index holds the living ones only.', async () => {
  const server = await ownServer();
  const { store } = await open(nodeRedis(server.url), {
    idleSeconds: 4,
    refreshBelowSeconds: 0,
    timeoutMS: 60_000,
  });
  const login = await store.beginLogIn('ann');
  await Promise.all(Array.from({ length: many }, () => store.create({}, { user: 'ann', login })));
  const index = (await keysOf(server.port)).find(key => key.startsWith('sg:u:')) ?? '';
  await setTimeout(4100);
  const last = await store.create({}, { user: 'ann', login });
  expect(await ask(server.port, ['ZCARD', index])).toBe('1');
  expect(Number(await ask(server.port, ['PEXPIRETIME', index]))).toBe(last.expiresAt);
  await setTimeout(4100);
  expect(await keysOf(server.port)).toEqual([]);
});

test.each(Object.entries(clients))(
  'No key is left without an end, wherever %s is broken off.',
  async (_, connect) => {
    const server = await ownServer();
    const other = await open(nodeRedis(server.url));
    for (let round = 0; round < 30; round += 1) {
      const { close, store } = await open(connect(server.url));
      const work = Array.from({ length: 10 }, async (__, at) => {
        const session = await store.create({ at }, { user: `user-${at % 3}` });
        await store.patch(session, { b: 1 });
        await store.rotate(session, { graceSeconds: at % 2 });
        await store.destroyAll(`user-${at % 3}`);
      });
      await setTimeout(Math.random() * 8);
      close();
      await Promise.race([Promise.allSettled(work), setTimeout(20)]);
    }
    expect(await endless(server.port)).toEqual([]);
    await Promise.all([0, 1, 2].map(at => other.store.destroyAll(`user-${at}`)));
    expect((await keysOf(server.port)).filter(key => key.includes('s:{'))).toEqual([]);
  },
);

test('A session whose key has lost its end is over at its end all the same.', async () => {
  const server = await ownServer();
  const { store } = await open(nodeRedis(server.url), { idleSeconds: 3, refreshBelowSeconds: 0 });
  const session = await store.create({}, { user: 'ann' });
  const name = (await keysOf(server.port)).find(key => key.startsWith('sg:s:')) ?? '';
  await ask(server.port, ['PERSIST', name]);
  await setTimeout(3050);
  expect(await store.get(session.id)).toBeNull();
  expect(await store.patch(session, { a: 1 })).toMatchObject({ ended: true });
  expect(await store.list('ann')).toEqual([]);
});

const fiveMinutes = 5 * 60_000;

test.each([-fiveMinutes, fiveMinutes])(
  'An application whose time of day is %i ms off reads, refreshes and ends as others do.',
  async off => {
    const server = await ownServer();
    const realNow = Date.now;
    vi.spyOn(Date, 'now').mockImplementation(() => realNow() + off);
    const { store, age } = await open(nodeRedis(server.url), { idleSeconds: 400, refreshEverySeconds: 100 });
    const session = await store.create({});
    expect((await store.get(session.id))?.expiresAt).toBe(session.expiresAt);
    await age?.('sg:', 200_000);
    const refreshed = await store.get(session.id);
    expect(refreshed?.expiresAt).toBeGreaterThanOrEqual(session.expiresAt);
    expect(Math.abs((refreshed?.expiresAt ?? 0) - realNow() - 400_000)).toBeLessThan(60_000);
    await age?.('sg:', 400_000);
    expect(await store.get(session.id)).toBeNull();
  },
);

test('A clock that jumps ahead ends nobody and refreshes nothing before its time.', async () => {
  const server = await ownServer();
  const { store } = await open(nodeRedis(server.url), { idleSeconds: 100, refreshEverySeconds: 50 });
  const session = await store.create({});
  const realNow = clock.now.bind(clock);
  vi.spyOn(clock, 'now').mockImplementation(() => realNow() + fiveMinutes);
  expect(await store.get(session.id)).toMatchObject({ expiresAt: session.expiresAt });
  vi.spyOn(clock, 'now').mockImplementation(() => realNow() + fiveMinutes + 55_000);
  expect(await store.get(session.id)).toMatchObject({ expiresAt: session.expiresAt });
});

test('The index keeps a session with a long life at least until its expiry, and is not written at each use.', async () => {
  const server = await ownServer();
  const { store } = await open(nodeRedis(server.url), { idleSeconds: 1800 });
  const first = await store.create({ a: 1 }, { user: 'ann' });
  const index = (await keysOf(server.port)).find(key => key.startsWith('sg:u:')) ?? '';
  const step = 300_000;
  const keptUntil = (expiry: number) => Math.ceil(expiry / step) * step;
  const kept = async () => Number(await ask(server.port, ['PEXPIRETIME', index]));
  expect(await kept()).toBe(keptUntil(first.expiresAt));
  const written = await store.patch(first, { a: 2 });
  if ('ended' in written) throw new Error('The session has ended.');
  expect(await kept()).toBe(keptUntil(written.expiresAt));
  expect(await store.list('ann')).toMatchObject([{ handle: first.handle }]);
});
