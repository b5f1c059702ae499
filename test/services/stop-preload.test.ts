import { once } from 'node:events';
import { expect, test } from 'vitest';
import { scopeRequests } from '../../src/guard/register/request-scopes.ts';
import { gracefulStop } from '../../src/index.ts';
import { startServer, untilRefused } from './support/held-server.ts';
import { rawClient } from './support/raw-client.ts';
import { openShop } from './support/shop.ts';

/** As the preload does it: each request is a scope, also one that the application never gets. */
scopeRequests();

const patient = { signals: [], idleMS: 0, graceMS: 600_000 };

test('a request behind the last one that is answered holds no stop, also if its client stays', async () => {
  const { manager } = await openShop();
  const { server, url, open, seen } = await startServer();
  const stop = gracefulStop(server, manager, patient);
  const { socket, ask } = rawClient(url, { allowHalfOpen: true });
  ask('/held');
  await expect.poll(() => seen).toEqual(['/held']);
  const stopped = stop();
  await untilRefused(url);
  open();
  await once(socket, 'end');
  ask('/behind');
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
  expect(seen).not.toContain('/behind');
});

test('a refused request whose body never comes holds no stop', async () => {
  const { manager } = await openShop();
  const { server, url, open, seen } = await startServer();
  const stop = gracefulStop(server, manager, patient);
  const held = rawClient(url);
  held.ask('/held');
  await expect.poll(() => seen).toEqual(['/held']);
  const stopped = stop();
  await untilRefused(url);
  const { socket } = rawClient(url);
  const arrived = once(server, 'request');
  socket.write('POST /slow HTTP/1.1\r\nHost: shop\r\nContent-Length: 5\r\n\r\n');
  await arrived;
  open();
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
  expect(seen).not.toContain('/slow');
});
