import { Cluster } from 'ioredis';
import { createClient, createClientPool, createCluster } from 'redis';
import { expect, test } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import { startRedisPair } from '../../../scripts/servers/redis/redis-pair.mjs';
import { redisBackend } from '../../../src/store/redis/index.ts';
import { type Connected, ioredis, nodeRedis } from './support/clients.ts';
import { open } from './support/fixture.ts';
import { ownServer } from './support/server.ts';
import { Redis } from './support/ioredis.ts';

const setUp = 'ERR_SESSION_GUARD_STORE_SET_UP';
const invalidOption = 'ERR_SESSION_GUARD_INVALID_OPTION';
const invalidArgument = 'ERR_SESSION_GUARD_INVALID_ARGUMENT';

test('A server that removes keys when its memory is full is refused, unless `allowEviction` is set.', async () => {
  const server = await ownServer({ 'maxmemory-policy': 'volatile-lru' });
  const { store } = await open(nodeRedis(server.url));
  await expect(store.create({})).rejects.toMatchObject({ code: setUp });
  await expect(store.setUp()).rejects.toThrow(/volatile-lru.*CONFIG SET maxmemory-policy noeviction/);
  const allowed = await open(nodeRedis(server.url), { redis: { allowEviction: true } });
  expect(await allowed.store.create({ a: 1 })).toMatchObject({ data: { a: 1 } });
  await ask(server.port, ['CONFIG', 'SET', 'maxmemory-policy', 'noeviction']);
  expect(await store.create({ a: 1 })).toMatchObject({ data: { a: 1 } });
});

test('Where the server forbids CONFIG, as managed ones do, the error names the parameter group.', async () => {
  const server = await ownServer({
    'maxmemory-policy': 'allkeys-lru',
    'rename-command': ['CONFIG', 'NOBODY_KNOWS'],
  });
  for (const connect of [nodeRedis, ioredis]) {
    const { store } = await open(connect(server.url));
    await expect(store.setUp()).rejects.toThrow(/allkeys-lru.*forbids CONFIG.*parameter group/);
    const allowed = await open(connect(server.url), { redis: { allowEviction: true } });
    expect(await allowed.store.create({ a: 1 })).toMatchObject({ data: { a: 1 } });
  }
});

test('Where INFO is not allowed, the error says how to go on.', async () => {
  const server = await ownServer();
  await ask(server.port, 'ACL SETUSER app on >secret ~* +@all -info'.split(' '));
  const url = `redis://app:secret@127.0.0.1:${server.port}`;
  for (const connect of [nodeRedis, ioredis]) {
    const { store } = await open(connect(url));
    await expect(store.create({})).rejects.toMatchObject({ code: setUp });
    await expect(store.setUp()).rejects.toThrow(/may not call INFO.*setUpCommands\(\).*setUp/s);
    const without = await open(connect(url), { setUp: false });
    expect(await without.store.create({ a: 1 })).toMatchObject({ data: { a: 1 } });
  }
});

const allowed =
  'get mget getrange eval evalsha time exists set setrange append del pttl pexpireat zadd zrem zrange zremrangebyscore';

const forHashes = 'hget hgetall hset hdel';

/** A user who may call no others on keys with the usual prefix. @returns the server's address for that one */
async function urlWith(server: { readonly port: number }, commands: string): Promise<string> {
  const rules = commands.split(' ').map(name => `+${name}`);
  const user = ['app', 'reset', 'on', '>secret', '~sg:*', '+info', ...rules];
  await ask(server.port, ['ACL', 'SETUSER', ...user]);
  return `redis://app:secret@127.0.0.1:${server.port}`;
}

test.each([
  ['string', allowed],
  ['hash', `${allowed} ${forHashes}`],
] as const)('The commands that the guide names are enough for the layout %s.', async (layout, commands) => {
  const server = await ownServer();
  const url = await urlWith(server, commands);
  for (const connect of [nodeRedis, ioredis]) {
    const { store } = await open(connect(url), { redis: { layout } });
    const session = await store.create({ a: 1 }, { user: 'ann' });
    expect(await store.patch(session, { b: 2 }, { unset: ['a'] })).toMatchObject({ data: { b: 2 } });
    const found = await Promise.all([store.get(session.id), store.get(session.id)]);
    expect(found.map(live => live?.data)).toEqual([{ b: 2 }, { b: 2 }]);
    const large = 'x'.repeat(10_000);
    expect(await store.patch(session, { large })).toMatchObject({ data: { b: 2, large } });
    expect(await store.rotate(session, { graceSeconds: 1 })).toMatchObject({ data: { b: 2, large } });
    expect(await store.list('ann')).toHaveLength(1);
    expect(await store.destroyAll('ann')).toBe(1);
  }
});

test('The set-up reports the commands that a write needs and the user may not call.', async () => {
  const server = await ownServer();
  const url = await urlWith(server, allowed.replace(' append', '').replace(' pexpireat', ''));
  for (const connect of [nodeRedis, ioredis]) {
    const { store } = await open(connect(url));
    await expect(store.create({})).rejects.toMatchObject({ code: setUp });
    await expect(store.setUp()).rejects.toThrow(/append, pexpireat.*SETUSER.*~sg:\* \+append \+pexpireat$/);
    const hashes = await open(connect(url), { redis: { layout: 'hash' } });
    await expect(hashes.store.setUp()).rejects.toThrow(/append, hget, hgetall, hset, hdel/);
  }
  await urlWith(server, allowed);
  const elsewhere = await open(nodeRedis(url), { redis: { keyPrefix: 'other:' } });
  await expect(elsewhere.store.setUp()).rejects.toThrow(/get, .*keys that begin with 'other:'/);
});

async function withPrefix(url: string, keyPrefix: string): Promise<Connected> {
  const client = new Redis(url, { lazyConnect: true, keyPrefix });
  await client.connect();
  return { client, close: () => client.disconnect() };
}

test('A user who may only use keys with the `keyPrefix` of the client ioredis can use the store.', async () => {
  const server = await ownServer();
  const rules = ['on', '>secret', '~shop:*', '+@all'];
  await ask(server.port, ['ACL', 'SETUSER', 'app', 'reset', ...rules]);
  const url = `redis://app:secret@127.0.0.1:${server.port}`;
  const { store } = await open(withPrefix(url, 'shop:'));
  const session = await store.create({ a: 1 }, { user: 'ann' });
  expect(await store.get(session.id)).toMatchObject({ data: { a: 1 } });
  const elsewhere = await open(withPrefix(url, 'other:'));
  await expect(elsewhere.store.setUp()).rejects.toThrow(/keys that begin with 'other:sg:'.*~other:sg:\*/);
});

test('A client that is connected to a replica is refused.', async () => {
  await using pair = await startRedisPair();
  const { store } = await open(nodeRedis(pair.replica.url));
  await expect(store.create({})).rejects.toThrow(/connected to a replica/);
});

const nodes = [{ host: '127.0.0.1', port: 1 }];

test('Clients that read from replicas are refused at once.', () => {
  const readers = [
    () => createClient({ readonly: true }),
    () => createCluster({ rootNodes: [{}], useReplicas: true }),
    () => createCluster({ rootNodes: [{}], defaults: { readonly: true } }),
    () => new Redis({ lazyConnect: true, readOnly: true }),
    () => new Redis({ lazyConnect: true, sentinels: nodes, name: 'm', role: 'slave' }),
    () => new Cluster(nodes, { lazyConnect: true, scaleReads: 'slave' }),
    () => new Cluster(nodes, { lazyConnect: true, scaleReads: 'all' }),
  ];
  for (const reader of readers)
    expect(() => redisBackend(reader())).toThrow(
      expect.objectContaining({
        code: invalidArgument,
        message: expect.stringContaining('reads from replicas'),
      }),
    );
});

test.each([undefined, null, 'redis://127.0.0.1', {}, new Map()])(
  'What is not a client it knows is refused (%#).',
  client => {
    expect(() => redisBackend(client as never)).toThrow(expect.objectContaining({ code: invalidArgument }));
  },
);

test.each([
  [{ keyPrefix: 'a{b}' }, /'keyPrefix'.*without braces/],
  [{ keyPrefix: 1 }, /'keyPrefix'/],
  [{ allowEviction: 'yes' }, /'allowEviction'.*true or false/],
  [{ durability: 'majority' }, /'durability'.*'local' or 'replicated'/],
  [{ replicas: 0 }, /'replicas'.*1 or more/],
  [{ replicasTimeoutMS: 1.5 }, /'replicasTimeoutMS'/],
  [{ prefix: 'a' }, /no option 'prefix'.*keyPrefix/],
  [null, /must be an object/],
])('The options %j are refused with a message that helps.', (options, message) => {
  const client = new Redis({ lazyConnect: true });
  expect(() => redisBackend(client, options as never)).toThrow(
    expect.objectContaining({ code: invalidOption }),
  );
  expect(() => redisBackend(client, options as never)).toThrow(message);
});

test('A pool of connections serves as well.', async () => {
  const server = await ownServer();
  const pool = createClientPool({ url: server.url });
  await pool.connect();
  const { store } = await open(Promise.resolve({ client: pool, close: () => pool.destroy() }));
  const session = await store.create({ a: 1 }, { user: 'ann' });
  await Promise.all(Array.from({ length: 20 }, (_, at) => store.patch(session, { [`b${at}`]: at })));
  expect(Object.keys((await store.get(session.id))?.data ?? {})).toHaveLength(21);
  expect(await store.destroyAll('ann')).toBe(1);
});

test('Clients that are set to give other types are read all the same.', async () => {
  const server = await ownServer();
  const buffers = createClient({ url: server.url, RESP: 2, commandOptions: { typeMapping: { 36: Buffer } } });
  await buffers.connect();
  const first = await open(Promise.resolve({ client: buffers, close: () => buffers.destroy() }));
  const prefixed = new Redis(server.url, { keyPrefix: 'app:' });
  const second = await open(Promise.resolve({ client: prefixed, close: () => prefixed.disconnect() }));
  for (const { store } of [first, second]) {
    const session = await store.create({ a: 'ä' }, { user: 'ann' });
    expect((await store.get(session.id))?.data).toEqual({ a: 'ä' });
    expect(await store.list('ann')).toHaveLength(1);
    expect(await store.destroyAll('ann')).toBe(1);
  }
});

test('The commands of the set-up name the required settings.', () => {
  const backend = redisBackend(new Redis({ lazyConnect: true }));
  expect(backend.setUpCommands()).toContain('redis-cli CONFIG SET maxmemory-policy noeviction');
});

test('No listener stays on the client.', async () => {
  const server = await ownServer();
  const client = createClient({ url: server.url });
  await client.connect();
  const names = ['error', 'ready', 'end', 'reconnecting', 'connect'];
  const before = names.map(name => client.listenerCount(name));
  const { store } = await open(Promise.resolve({ client, close: () => client.destroy() }));
  for (let round = 0; round < 20; round += 1) await store.create({});
  expect(names.map(name => client.listenerCount(name))).toEqual(before);
});
