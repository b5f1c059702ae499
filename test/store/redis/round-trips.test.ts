import { expect, test } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import { ioredis } from './support/clients.ts';
import { clients, open } from './support/fixture.ts';
import { ownServer } from './support/server.ts';

/** How often each command was called meanwhile, by clients and by scripts. */
async function calls(port: number, work: () => Promise<unknown>): Promise<Readonly<Record<string, number>>> {
  await ask(port, ['CONFIG', 'RESETSTAT']);
  await work();
  const stats = (await ask(port, ['INFO', 'commandstats'])).matchAll(/cmdstat_([\w|]+):calls=(\d+)/g);
  const all = Object.fromEntries([...stats].map(([, name = '', count]) => [name, Number(count)]));
  const { get = 0, mget = 0, evalsha = 0, getrange = 0 } = all;
  return { get, mget, evalsha, getrange, eval: all['eval'] ?? 0 };
}

const none = { get: 0, mget: 0, evalsha: 0, getrange: 0, eval: 0 };

test.each(Object.entries(clients))(
  'Each thing is one request, counted on the server, with %s.',
  async (_, connect) => {
    const server = await ownServer();
    const { port } = server;
    const { store } = await open(connect(server.url));
    const login = await store.beginLogIn('ann');
    const session = await store.create({ a: 1 }, { user: 'ann', login });
    await store.patch(session, { a: 2 });
    await store.list('ann');
    await store.destroy((await store.create({})).id);
    expect(await calls(port, () => store.get(session.id))).toEqual({ ...none, get: 1 });
    expect(
      await calls(port, () => Promise.all(Array.from({ length: 50 }, () => store.get(session.id)))),
    ).toEqual({
      ...none,
      mget: 1,
    });
    const create = await calls(port, () => store.create({}, { user: 'ann', login }));
    expect(create).toMatchObject({ evalsha: 1, eval: 0 });
    expect(await calls(port, () => store.patch(session, { b: 1 }))).toMatchObject({
      evalsha: 1,
      eval: 0,
      mget: 0,
    });
    expect(await calls(port, () => store.list('ann'))).toMatchObject({
      evalsha: 1,
      getrange: 2,
      get: 0,
      mget: 0,
    });
    expect(await calls(port, () => store.destroy(session.id))).toMatchObject({
      evalsha: 1,
      eval: 0,
      mget: 0,
    });
  },
);

test('A refresh that is due is one request more.', async () => {
  const server = await ownServer();
  const { store } = await open(ioredis(server.url), { idleSeconds: 100, refreshEverySeconds: 0 });
  const session = await store.create({});
  await store.get(session.id);
  expect(await calls(server.port, () => store.get(session.id))).toMatchObject({
    get: 1,
    evalsha: 1,
    eval: 0,
  });
});

test('Scripts that the server has forgotten in the middle of races are sent again, and nothing is lost.', async () => {
  const server = await ownServer();
  for (const connect of Object.values(clients)) {
    const { store } = await open(connect(server.url));
    const session = await store.create({}, { user: 'ann' });
    const races = { goOn: true };
    const flushing = (async () => {
      while (races.goOn) await ask(server.port, ['SCRIPT', 'FLUSH']);
    })();
    const fields = Array.from({ length: 300 }, (_, at) => `field-${at}`);
    await Promise.all(fields.map(name => store.patch(session, { [name]: 1 })));
    await Promise.all(
      Array.from({ length: 30 }, () =>
        store.update(session.id, data => ({ ...data, n: Number(data['n'] ?? 0) + 1 })),
      ),
    );
    races.goOn = false;
    await flushing;
    const found = await store.get(session.id);
    expect(Object.keys(found?.data ?? {}).toSorted()).toEqual([...fields, 'n'].toSorted());
    expect(found?.data['n']).toBe(30);
    expect(await store.destroyAll('ann')).toBe(1);
  }
});
