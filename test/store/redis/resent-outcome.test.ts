import { expect, onTestFinished, test } from 'vitest';
import { isRefused } from '../../../src/store/backend/refused.ts';
import { markedIfRefused } from '../../../src/store/redis/calls/scripts.ts';
import { nodeRedisSentinelPort } from '../../../src/store/redis/port/node-redis.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { ioredis, ioredisCluster } from './support/clients.ts';
import { open } from './support/fixture.ts';
import { clusterOfOne, emptyAgain, fillUp, ownServer } from './support/server.ts';

test('A write that was done, and is refused when the client sends it again on another connection, is unknown.', async () => {
  const server = await ownServer();
  const proxy = await startTcpProxy(server.port);
  onTestFinished(proxy.close);
  const url = `redis://${proxy.host}:${proxy.port}`;
  const { store } = await open(ioredis(url), { timeoutMS: 60_000 });
  const direct = await open(ioredis(server.url));
  const session = await store.create({ a: 1 });
  await store.patch(session, { a: 2 });
  await proxy.setMode({ delayMS: 60_000 });
  const b = 'x'.repeat(500);
  const patching = expect(store.patch(session, { b })).rejects.toMatchObject({
    code: 'ERR_SESSION_GUARD_STORE_UNAVAILABLE',
    outcome: 'unknown',
  });
  await expect.poll(() => direct.store.get(session.id)).toMatchObject({ data: { a: 2, b } });
  await fillUp(server.port);
  await proxy.setMode('refuse');
  await proxy.setMode('pass');
  await patching;
  expect(await direct.store.get(session.id)).toMatchObject({ data: { b } });
});

test('A cluster that ioredis is connected to, and whose memory is full, has done nothing.', async () => {
  const server = await clusterOfOne({ 'cluster-announce-ip': '127.0.0.1' });
  onTestFinished(server.stop);
  const { store } = await open(ioredisCluster([{ host: '127.0.0.1', port: server.port }]));
  const session = await store.create({ a: 1 }, { user: 'ann' });
  await fillUp(server.port);
  await expect(store.patch(session, { b: 2 })).rejects.toMatchObject({ outcome: 'not done' });
  await emptyAgain(server.port);
  expect(await store.get(session.id)).toMatchObject({ data: { a: 1 }, version: session.version });
});

test('With sentinels node-redis sends again what got no answer: an error says nothing of the first try.', () => {
  const port = nodeRedisSentinelPort({} as never);
  const error = new Error('NOREPLICAS Not enough good replicas to write.');
  expect(isRefused(markedIfRefused(error, port, port.connection?.()))).toBe(false);
});
