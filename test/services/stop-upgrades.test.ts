import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { startServer, untilRefused } from './support/held-server.ts';
import { ask, keepAlive, listening } from './support/ask.ts';
import { rawClient } from './support/raw-client.ts';
import { openShop } from './support/shop.ts';

const patient = { signals: [], idleMS: 0, graceMS: 600_000 };

const wish = 'GET / HTTP/1.1\r\nHost: shop\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n';
const tunnel = 'CONNECT example.org:443 HTTP/1.1\r\nHost: example.org\r\n\r\n';

/** A server of WebSockets, which has a request that holds the stop. */
async function startUpgrades() {
  const started = await startServer();
  const { server, url, arrived } = started;
  const upgraded: Duplex[] = [];
  for (const event of ['upgrade', 'connect'])
    server.on(event, (_request, socket: Duplex) => {
      upgraded.push(socket);
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    });
  const held = ask(`${url}/held`, keepAlive());
  await arrived;
  return { ...started, held, upgraded };
}

test('an upgrade that is refused is answered with 503, and its client may break the connection or never close it', async () => {
  const { manager } = await openShop();
  const { server, url, open, held, upgraded } = await startUpgrades();
  const stop = gracefulStop(server, manager, patient);
  const stopped = stop();
  await untilRefused(url);
  const halfOpen = rawClient(url, { allowHalfOpen: true });
  halfOpen.socket.write(wish);
  await once(halfOpen.socket, 'end');
  const broken = rawClient(url);
  const [[socket]] = await Promise.all([once(server, 'connection'), once(broken.socket, 'connect')]);
  broken.socket.write(wish);
  await once(broken.socket, 'data');
  // It is broken with an error, of which the stop must take care.
  const closed = new Promise(resolve => socket.once('close', resolve));
  broken.socket.resetAndDestroy();
  await closed;
  open();
  expect((await held).body).toBe('held');
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
  halfOpen.socket.end();
  expect(await halfOpen.all).toMatch(/^HTTP\/1\.1 503 /);
  expect(upgraded).toEqual([]);
});

test('a tunnel of CONNECT is waited for, and cut at the end of the grace', async () => {
  const { manager } = await openShop();
  const server = createServer();
  server.on('connect', (_request, socket: Duplex) => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
  const url = await listening(server);
  const stop = gracefulStop(server, manager, { ...patient, graceMS: 50 });
  const { socket, all } = rawClient(url);
  socket.write(tunnel);
  await once(socket, 'data');
  expect((await stop()).cut).toContain('1 upgraded connection (WebSocket)');
  await all;
});
