import { afterEach, beforeAll, afterAll, describe, expect, test } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import { type RedisServer, startRedis } from '../../../scripts/servers/redis/redis.mjs';
import { clients, type Opened, open } from './support/fixture.ts';
import { emptyAgain, fillUp } from './support/server.ts';

const notDone = { code: 'ERR_SESSION_GUARD_STORE_UNAVAILABLE', outcome: 'not done' };

let server: RedisServer;
beforeAll(async () => {
  server = await startRedis();
});
afterEach(async () => {
  await emptyAgain(server.port);
  await ask(server.port, ['FLUSHALL']);
});
afterAll(() => server.stop());

const layouts = ['string', 'hash'] as const;
const cases = Object.entries(clients).flatMap(([name, connect]) =>
  layouts.map(layout => ({ name, layout, connect })),
);

const data = { cart: 'x'.repeat(500) };

function opened({ connect, layout }: (typeof cases)[number]): Promise<Opened> {
  return open(connect(server.url), { redis: { layout }, refreshEverySeconds: 0 });
}

describe.each(cases)('A server whose memory is full, with $name and the layout $layout,', here => {
  test('lets a user be logged out everywhere, and keeps old log-ins out.', async () => {
    const { store } = await opened(here);
    const login = await store.beginLogIn('ann');
    const { id, handle } = await store.create(data, { user: 'ann', login });
    const { id: other } = await store.create(data, { user: 'ann', login });
    await fillUp(server.port);
    expect(await store.destroyAll('ann', { except: handle })).toBe(1);
    expect(await store.get(other)).toBeNull();
    expect(await store.destroyAll('ann')).toBe(1);
    expect(await store.get(id)).toBeNull();
    await emptyAgain(server.port);
    await expect(store.create(data, { user: 'ann', login })).rejects.toMatchObject({
      code: 'ERR_SESSION_GUARD_STORE_LOG_IN_REFUSED',
    });
  });

  test('lets a session be ended, by its id and by its handle, also while a rotation is half done.', async () => {
    const { store } = await opened(here);
    const first = await store.create(data, { user: 'ann' });
    const second = await store.create(data, { user: 'ann' });
    const third = await store.create(data, { user: 'ann' });
    const rotated = await store.rotate(third, { graceSeconds: 60 });
    await fillUp(server.port);
    expect(await store.destroy(first.id)).toBe(true);
    expect(await store.destroyByHandle('ann', second.handle)).toBe(true);
    expect(await store.destroy(third.id)).toBe(true);
    expect('ended' in rotated ? undefined : await store.get(rotated.id)).toBeNull();
  });
});

describe.each(cases)('A full server, with $name and the layout $layout,', here => {
  test('lets a session have another id: it needs no more memory than before.', async () => {
    const { store } = await opened(here);
    const session = await store.create(data, { user: 'ann' });
    await fillUp(server.port);
    const rotated = await store.rotate(session);
    expect(rotated).toMatchObject({ data });
    expect(await store.get(session.id)).toBeNull();
  });

  test('refuses commands that need memory, and says that nothing was done. Reads go on.', async () => {
    const { store } = await opened(here);
    const session = await store.create(data, { user: 'ann' });
    await fillUp(server.port);
    await expect(store.create(data)).rejects.toMatchObject(notDone);
    await expect(store.create(data, { user: 'ann' })).rejects.toMatchObject(notDone);
    await expect(store.patch(session, { more: 'y' })).rejects.toMatchObject(notDone);
    await expect(store.update(session.id, () => ({ cart: 'none' }))).rejects.toMatchObject({
      ...notDone,
      message: expect.stringMatching(/has refused saving a session: nothing was done/) as string,
    });
    expect(await store.get(session.id)).toMatchObject({ data });
    await emptyAgain(server.port);
    expect(await store.get(session.id)).toMatchObject({ data, version: session.version });
  });
});
