import { createClient } from 'redis';
import { describe, expect, test, vi } from 'vitest';
import { startRedis } from '../../../scripts/servers/redis/redis.mjs';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import type { SessionStoreOptions } from '../../../src/store/index.ts';
import { type Connected, nodeRedis } from './support/clients.ts';
import { clients, open, type Opened } from './support/fixture.ts';
import { ownServer } from './support/server.ts';
import { Redis } from './support/ioredis.ts';

const timeoutMS = 300;
/** Until a client has noticed what has become of its server, on a busy machine too. */
const limitMS = 60_000;
const unavailable = 'ERR_SESSION_GUARD_STORE_UNAVAILABLE';
const late = 'ERR_SESSION_GUARD_STORE_TIMEOUT';

/** A store with little time for its calls, which is set up. */
async function openHasty(
  connect: Promise<Connected>,
  options: Partial<SessionStoreOptions> = {},
): Promise<Opened> {
  const opened = await open(connect, { timeoutMS, ...options });
  await vi.waitFor(() => opened.store.setUp(), limitMS);
  return opened;
}

describe.each(Object.entries(clients))('Redis that does not answer, with %s', (_, connect) => {
  test('A server that is killed rejects at once, and is used again when it is back.', async () => {
    const server = await startRedis();
    const { store, patient } = await openHasty(connect(server.url));
    const { id } = await patient.create({});
    await server.kill();
    await vi.waitFor(
      () => expect(store.get(id)).rejects.toMatchObject({ code: unavailable, outcome: 'not done' }),
      limitMS,
    );
    await expect(store.create({})).rejects.toMatchObject({ code: unavailable, outcome: 'not done' });
    const again = await ownServer({ port: String(server.port) });
    expect(again.port).toBe(server.port);
    await vi.waitFor(async () => expect(await store.get(id)).toBeNull(), limitMS);
    expect(await patient.create({ a: 1 })).toMatchObject({ data: { a: 1 } });
  });

  test('A server that stands still rejects in time, and is used again when it goes on.', async () => {
    const server = await ownServer();
    const { store, patient } = await openHasty(connect(server.url));
    const session = await patient.create({ a: 1 });
    await patient.patch(session, { a: 1 });
    server.pause();
    await expect(store.get(session.id)).rejects.toMatchObject({ code: late, outcome: 'not done' });
    await expect(store.patch(session, { a: 2 })).rejects.toMatchObject({ code: late, outcome: 'unknown' });
    server.resume();
    await vi.waitFor(
      async () => expect(await store.get(session.id)).toMatchObject({ data: { a: 2 } }),
      limitMS,
    );
  });
});

describe.each(Object.entries(clients))('A network that fails, with %s', (_, connect) => {
  test('A network that swallows everything rejects in time, and is used again when it is mended.', async () => {
    const server = await ownServer();
    const proxy = await startTcpProxy(server.port);
    const { store, patient } = await openHasty(connect(`redis://${proxy.host}:${proxy.port}`));
    const session = await patient.create({ a: 1 });
    await proxy.setMode('black-hole');
    await expect(store.get(session.id)).rejects.toMatchObject({ code: late });
    await expect(store.destroy(session.id)).rejects.toMatchObject({ code: late, outcome: 'unknown' });
    await proxy.setMode('pass');
    await vi.waitFor(
      async () => expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } }),
      limitMS,
    );
    await proxy.close();
  });

  test('A network that refuses rejects with the cause, and says that nothing was sent.', async () => {
    const server = await ownServer();
    const proxy = await startTcpProxy(server.port);
    const { store, patient } = await openHasty(connect(`redis://${proxy.host}:${proxy.port}`));
    const session = await patient.create({});
    await proxy.setMode('refuse');
    const refused = { code: unavailable, outcome: 'not done' };
    await vi.waitFor(() => expect(store.patch(session, { a: 1 })).rejects.toMatchObject(refused), limitMS);
    await proxy.setMode('pass');
    await vi.waitFor(async () => expect(await store.get(session.id)).toMatchObject({ data: {} }), limitMS);
    await proxy.close();
  });

  test('A client that was closed says so, and does not wait.', async () => {
    const server = await ownServer();
    const { store, patient, close } = await openHasty(connect(server.url));
    const { id } = await patient.create({});
    close();
    await expect(store.get(id)).rejects.toMatchObject({ code: unavailable, outcome: 'not done' });
  });
});

test('A client of redis that was never connected says what to do.', async () => {
  const server = await ownServer();
  const connected = { client: createClient({ url: server.url }), close: () => {} };
  const { store } = await open(Promise.resolve(connected), { timeoutMS });
  await expect(store.get(`${'a'.repeat(12)}.${'b'.repeat(27)}`)).rejects.toThrow(/Call its connect\(\)/);
});

test.each([false, true])('A new client of ioredis is waited for (lazyConnect %s).', async lazyConnect => {
  const server = await ownServer();
  const client = new Redis(server.url, { lazyConnect });
  const { store } = await open(Promise.resolve({ client, close: () => client.disconnect() }), {
    timeoutMS: 60_000,
  });
  expect(await store.create({ a: 1 })).toMatchObject({ data: { a: 1 } });
});

test('A command that could not be sent before the deadline is not sent later.', async () => {
  const server = await ownServer();
  const { store, patient } = await openHasty(nodeRedis(server.url), { maxBytes: Infinity });
  const session = await patient.create({});
  server.pause();
  const large = 'x'.repeat(8_000_000);
  const writes = Array.from({ length: 20 }, (_, at) => store.patch(session, { [`field-${at}`]: large }));
  const settled = await Promise.allSettled(writes);
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  server.resume();
  await vi.waitFor(async () => expect(await store.get(session.id)).not.toBeNull(), limitMS);
  const found = await patient.get(session.id);
  expect(Object.keys(found?.data ?? {}).length).toBeLessThan(20);
});
