import { once } from 'node:events';
import { createServer } from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import express from 'express';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { requestScope } from '../../src/services/express/index.ts';
import { sessionGuard } from '../../src/services/fastify/index.ts';
import { listening } from './support/ask.ts';
import { startNestShop } from './support/nest-shop.ts';
import { openShop } from './support/shop.ts';

const byHand = { signals: [], idleMS: 0, graceMS: 600_000 };

test('a stream of events that ends by `stop.signal` is not cut', async () => {
  const { manager } = await openShop();
  const app = express();
  app.use(requestScope());
  app.get('/events', (_request, response) => {
    response.type('text/event-stream').write('data: first\n\n');
    stop.signal.addEventListener('abort', () => response.end('data: last\n\n'));
  });
  const server = createServer(app);
  const url = await listening(server);
  const stop = gracefulStop(server, manager, byHand);
  const events = await fetch(`${url}/events`);
  const stopped = stop();
  expect(await events.text()).toBe('data: first\n\ndata: last\n\n');
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('an upgraded connection that `onStop` ends is not cut', async () => {
  const { manager } = await openShop();
  const server = createServer();
  const open: (() => void)[] = [];
  const onStop = () => {
    for (const end of open) end();
  };
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    open.push(() => socket.end('bye'));
  });
  const { hostname, port } = new URL(await listening(server));
  const stop = gracefulStop(server, manager, { ...byHand, onStop });
  const client = net.connect(Number(port), hostname);
  client.write('GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  const heard = text(client);
  await once(server, 'upgrade');
  expect(await stop()).toMatchObject({ cut: [], code: 0 });
  expect(await heard).toMatch(/bye$/);
});

test('Fastify: hooks of `onClose` can still write, the manager is closed after them', async () => {
  const { manager, orders } = await openShop();
  const app = Fastify();
  await app.register(sessionGuard, { manager });
  const health: unknown[] = [];
  app.addHook('onClose', async () => {
    await orders.insertOne({ _id: 'order-1' });
    health.push(await manager.health());
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  expect(await gracefulStop(app, manager, byHand)()).toMatchObject({ cut: [], code: 0 });
  expect(health).toEqual([{ live: true, ready: false, reason: 'stopping' }]);
  expect(await manager.health()).toMatchObject({ live: false });
});

test('NestJS: `onApplicationShutdown` of a provider can still write, the manager is closed after it', async () => {
  const { app, mongo, orders } = await startNestShop();
  const written: unknown[] = [];
  Object.assign(orders, {
    async onApplicationShutdown() {
      written.push(await orders.all.insertOne({ _id: 'order-1' }));
    },
  });
  expect(await gracefulStop(app, mongo, byHand)()).toMatchObject({ cut: [], code: 0 });
  expect(written).toEqual([{ acknowledged: true, insertedId: 'order-1' }]);
  expect(await mongo.health()).toMatchObject({ live: false });
});
