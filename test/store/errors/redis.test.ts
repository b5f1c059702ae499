import { Cluster } from 'ioredis';
import { createClient, createCluster } from 'redis';
import { afterAll, afterEach, beforeAll, describe, onTestFinished, test } from 'vitest';
import { ask } from '../../../scripts/servers/redis/ask.mjs';
import type { RedisServer } from '../../../scripts/servers/redis/redis.mjs';
import { type SessionStore, sessionStore } from '../../../src/store/index.ts';
import { redisBackend, type RedisClient } from '../../../src/store/redis/index.ts';
import { failureOf } from '../../real/support/outcome.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import type { Connected } from '../redis/support/clients.ts';
import { clusterOfOne, emptyAgain, fillUp } from '../redis/support/server.ts';
import { createWith, type Data, expectNoData, failuresOf, newMarks, secretsOf } from './marks.ts';
import { Redis } from '../redis/support/ioredis.ts';

interface Place {
  readonly port: number;
  readonly username?: string;
  readonly password?: string;
}

/** Each kind of client, on a server that is a cluster by itself. */
const kinds: Readonly<Record<string, (at: Place) => Promise<Connected>>> = {
  async 'node-redis'({ port, ...user }) {
    const client = createClient({ socket: { port }, ...user });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  async ioredis(at) {
    const client = new Redis({ ...at, lazyConnect: true, maxRetriesPerRequest: 1 });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.disconnect() };
  },
  async 'a cluster by node-redis'({ port, ...user }) {
    const client = createCluster({ rootNodes: [{ socket: { port }, ...user }], defaults: user });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.destroy() };
  },
  async 'a cluster by ioredis'({ port, ...user }) {
    const client = new Cluster([{ host: '127.0.0.1', port }], { lazyConnect: true, redisOptions: user });
    client.on('error', () => {});
    await client.connect();
    return { client, close: () => client.disconnect() };
  },
};

const marks = newMarks();
let server: RedisServer;
beforeAll(async () => {
  server = await clusterOfOne({ 'cluster-announce-ip': '127.0.0.1' });
});
afterAll(() => server.stop());
afterEach(async () => {
  await emptyAgain(server.port);
  await ask(server.port, ['FLUSHALL']);
});

function storeOn(
  client: RedisClient,
  layout: 'string' | 'hash' = 'string',
  timeoutMS = 60_000,
): SessionStore<Data> {
  const backend = redisBackend(client, { layout });
  return sessionStore<Data>(backend, { keys: { tag: [marks.key] }, timeoutMS, setUp: false });
}

async function connected(connect: Promise<Connected>): Promise<RedisClient> {
  const { client, close } = await connect;
  onTestFinished(close);
  return client;
}

describe.each(Object.entries(kinds))('No error says anything of a session, with %s:', (_, connect) => {
  test.each(['string', 'hash'] as const)('when the memory is full, layout %j', async layout => {
    const store = storeOn(await connected(connect({ port: server.port })), layout);
    const session = await createWith(store, marks);
    await fillUp(server.port);
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 4);
  });

  test.each(['string', 'hash'] as const)('when keys are something else, layout %j', async layout => {
    const store = storeOn(await connected(connect({ port: server.port })), layout);
    const session = await createWith(store, marks);
    const names = (await ask(server.port, ['KEYS', '*'])).split(',');
    for (const name of names) await ask(server.port, ['DEL', name]);
    for (const name of names) await ask(server.port, ['RPUSH', name, marks.value]);
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 8);
  });

  test('when the client lacks a right', async () => {
    const rules = ['on', '>password', '~*', '+@all', '-evalsha', '-get', '-mget'];
    await ask(server.port, ['ACL', 'SETUSER', 'app', ...rules]);
    const session = await createWith(storeOn(await connected(connect({ port: server.port }))), marks);
    const user = { username: 'app', password: 'password' };
    const refused = storeOn(await connected(connect({ port: server.port, ...user })));
    expectNoData(await failuresOf(refused, session, marks), secretsOf(marks, session), 12);
  });

  test('when the stored record cannot be read', async () => {
    const store = storeOn(await connected(connect({ port: server.port })));
    const session = await createWith(store, marks);
    const [key = ''] = (await ask(server.port, ['KEYS', 'sg:s:*'])).split(',');
    await ask(server.port, ['SET', key, `7|${marks.value}|${marks.user}\n${marks.field}`]);
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 6);
  });

  test('when the client is closed', async () => {
    const { client, close } = await connect({ port: server.port });
    const store = storeOn(client);
    const session = await createWith(store, marks);
    close();
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 12);
  });
});

describe.each(['node-redis', 'ioredis'])('No error says anything of a session, with %s:', name => {
  test('when the network swallows everything, and when it refuses', async () => {
    const proxy = await startTcpProxy(server.port);
    onTestFinished(proxy.close);
    const client = await connected(kinds[name]?.({ port: proxy.port }) ?? Promise.reject(new Error(name)));
    const session = await createWith(storeOn(client), marks);
    const store = storeOn(client, 'string', 700);
    await proxy.setMode('black-hole');
    const some = [store.get(session.id), store.patch(session, { a: 1 }), store.destroyAll(marks.user)];
    expectNoData(await Promise.all(some.map(failureOf)), secretsOf(marks, session), 3);
    await proxy.setMode('refuse');
    expectNoData(await failuresOf(store, session, marks), secretsOf(marks, session), 12);
  });
});
