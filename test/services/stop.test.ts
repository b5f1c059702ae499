import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { connect, createServer as createHttp2 } from 'node:http2';
import net from 'node:net';
import express from 'express';
import Fastify from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ConnectionManager, gracefulStop, scope } from '../../src/index.ts';
import { requestScope } from '../../src/services/express/index.ts';
import { sessionGuard } from '../../src/services/fastify/index.ts';
import { ask, keepAlive, listening } from './support/ask.ts';
import { gate } from '../support/gate.ts';
import { openShop } from './support/shop.ts';

/** The tests call the stop by hand: the process of the tests goes on. No time-out ends before the test. */
const byHand = { signals: [], idleMS: 600_000, graceMS: 600_000 };

/** Each framework with the same two routes: `/held` waits for the gate and then writes, `/` answers at once. */
const applications = {
  async 'a server of http'(write: () => Promise<unknown>) {
    const handler: RequestListener = (req, res) => {
      void (req.url === '/held' ? write() : Promise.resolve()).then(() => res.end('done'));
    };
    const server = createServer(handler);
    return { url: await listening(server), server, port: server };
  },
  async Express(write: () => Promise<unknown>) {
    const app = express();
    app.use(requestScope());
    app.get('/held', (_req, res, next) => void write().then(() => res.send('done'), next));
    app.get('/', (_req, res) => void res.send('done'));
    const server = createServer(app);
    return { url: await listening(server), server, port: server };
  },
  async Fastify(write: () => Promise<unknown>) {
    const app = Fastify({ keepAliveTimeout: 0 });
    await app.register(sessionGuard);
    app.get('/held', async () => {
      await write();
      return 'done';
    });
    app.get('/', async () => 'done');
    return { url: await app.listen({ port: 0, host: '127.0.0.1' }), server: app, port: app.server };
  },
};

describe.each(Object.keys(applications) as (keyof typeof applications)[])('%s', name => {
  test('answers requests that were begun, refuses new connections with 503, and closes the manager last', async () => {
    const { manager, orders } = await openShop();
    const { open, opened } = gate();
    const arrived = gate();
    const { url, server, port } = await applications[name](async () => {
      arrived.open();
      await opened;
      await manager.withTxn(session => orders.insertOne({ _id: 'order-1' }, { session }));
    });
    const stop = gracefulStop(server, manager, byHand);
    const [busy, idle] = [keepAlive(), keepAlive()];
    expect((await ask(url, idle)).headers.connection).toBe('keep-alive');
    const held = ask(`${url}/held`, busy);
    await arrived.opened;
    const stopped = stop();
    expect((await ask(url, idle)).headers.connection).toBe('close');
    const refused = await untilRefused(url);
    expect(refused.status).toBe(503);
    expect(refused.headers.connection).toBe('close');
    expect(await manager.health()).toEqual({ live: true, ready: false, reason: 'stopping' });
    open();
    expect(await held).toMatchObject({ status: 200, body: 'done', headers: { connection: 'close' } });
    expect(await stopped).toMatchObject({ reason: 'call', cut: [], code: 0 });
    expect(await manager.health()).toEqual({ live: false, ready: false, reason: 'closed' });
    expect(port.listening).toBe(false);
  });
});

/** The first steps of a stop are asynchronous: until then a new connection is served. */
async function untilRefused(url: string) {
  for (;;) {
    const answer = await ask(url, keepAlive());
    if (answer.status !== 200) return answer;
  }
}

test('work that is not done within the grace is cut and named, with the code 1', async () => {
  const { manager } = await openShop();
  const arrived = gate();
  const app = express();
  app.use(requestScope({ id: () => 'request-1' }));
  app.get('/orders/:id/report', () => arrived.open());
  const server = createServer(app);
  const url = await listening(server);
  const stop = gracefulStop(server, manager, { ...byHand, graceMS: 50 });
  const never = expect(ask(`${url}/orders/7/report`, keepAlive())).rejects.toMatchObject({
    code: 'ECONNRESET',
  });
  const late = gate();
  const job = scope(() => late.opened, { id: '1', route: 'nightly' });
  await arrived.opened;
  const { cut, code } = await stop();
  // On a busy machine a step of closing may be named as well.
  expect(cut.slice(0, 2)).toEqual(['GET /orders/:id/report (id request-1)', 'nightly (id 1)']);
  expect(code).toBe(1);
  await never;
  late.open();
  await job;
});

test('HTTP/2: streams are answered, and a client that connects later knows that nothing was begun', async () => {
  const { manager } = await openShop();
  const { open, opened } = gate();
  const arrived = gate();
  const served: string[] = [];
  const server = createHttp2((req, res) => {
    served.push(req.url);
    arrived.open();
    void opened.then(() => res.end('done'));
  });
  const url = await listening(server);
  const stop = gracefulStop(server, manager, { ...byHand, idleMS: 0 });
  const client = connect(url);
  onTestFinished(() => client.destroy());
  const stream = client.request({ ':path': '/' });
  const goaway = once(client, 'goaway');
  await arrived.opened;
  const stopped = stop();
  expect((await goaway)[0]).toBe(0);
  const late = connect(url).on('error', () => {});
  onTestFinished(() => late.destroy());
  const refused = late.request({ ':path': '/late' });
  await expect(once(refused, 'response')).rejects.toMatchObject({
    code: expect.stringMatching(/^ERR_HTTP2_/),
  });
  open();
  let body = '';
  for await (const chunk of stream) body += String(chunk);
  expect(body).toBe('done');
  expect(served).toEqual(['/']);
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('a process without a server waits for its jobs and transactions', async () => {
  const { manager, orders } = await openShop();
  const { open, opened } = gate();
  const order: string[] = [];
  const job = scope(async () => {
    await opened;
    await orders.insertOne({ _id: 'order-1' });
    order.push('job');
  });
  const stop = gracefulStop(null, manager, { ...byHand, onStop: () => order.push('onStop') });
  const stopped = stop().then(report => {
    order.push('stopped');
    return report;
  });
  open();
  await job;
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
  expect(order).toEqual(['onStop', 'job', 'stopped']);
});

test('a step that fails is named, and the manager is closed all the same', async () => {
  const { manager } = await openShop();
  const stop = gracefulStop(undefined, [manager], {
    ...byHand,
    onStop: () => Promise.reject(new Error('the consumer does not answer')),
  });
  expect(await stop()).toMatchObject({ cut: ['onStop, which has failed'], code: 1 });
  expect(await manager.health()).toMatchObject({ live: false });
});

test('an upgraded connection is waited for, and cut at the end of the grace', async () => {
  const { manager } = await openShop();
  const server = createServer();
  const stop = gracefulStop(server, manager, { ...byHand, graceMS: 50 });
  const upgraded = gate();
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    socket.on('error', () => {});
    upgraded.open();
  });
  const url = new URL(await listening(server));
  const socket = net.connect(Number(url.port), url.hostname).on('error', () => {});
  const closed = once(socket.resume(), 'close');
  socket.write('GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
  await upgraded.opened;
  expect((await stop()).cut).toContain('1 upgraded connection (WebSocket)');
  await closed;
});

test.each([
  { make: () => gracefulStop({} as never, [], {}), says: 'gracefulStop takes a server' },
  { make: () => gracefulStop(null, {} as ConnectionManager), says: 'gracefulStop takes a ConnectionManager' },
  { make: () => gracefulStop(null, [], { graceMs: 5 } as object), says: "no option 'graceMs'" },
  { make: () => gracefulStop(null, [], { graceMS: -1 }), says: "'graceMS' of gracefulStop must be" },
])('$says', ({ make, says }) => {
  expect(make).toThrow(says);
});
