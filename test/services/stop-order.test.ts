import { once } from 'node:events';
import { request } from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { onStopBegins } from '../../src/services/stop/stop-begins.ts';
import { ask, keepAlive } from './support/ask.ts';
import { gate } from '../support/gate.ts';
import { holdTime, untilOver, untilPassed } from '../support/held-time.ts';
import { startServer, untilRefused } from './support/held-server.ts';
import { openShop } from './support/shop.ts';

test('a request that comes while silent clients are waited for is answered, however long it takes', async () => {
  const { manager } = await openShop();
  const { server, url, arrived, open } = await startServer();
  const stop = gracefulStop(server, manager, { signals: [], idleMS: 1000, graceMS: 600_000 });
  const [idle, other] = [keepAlive(), keepAlive()];
  await Promise.all([ask(url, idle), ask(url, other)]);
  const passes = holdTime();
  const stopped = stop();
  await untilRefused(url);
  const held = ask(`${url}/held`, idle);
  await arrived;
  passes(60_000);
  // A stop that does not wait cuts the request in this time. One that waits is right after any time.
  await setTimeout(100);
  open();
  expect(await held).toMatchObject({ status: 200, body: 'held' });
  expect(await untilOver(stopped, passes, 120_000)).toMatchObject({ cut: [], code: 0 });
});

test('a client that is still asking when the port is closed gets its answer, and no reset', async () => {
  const { manager } = await openShop();
  const { server, url } = await startServer();
  // A connection whose request has not come yet is silent: no time passes until it has.
  const stop = gracefulStop(server, manager, { signals: [], idleMS: 1000, graceMS: 600_000 });
  const passes = holdTime();
  const stopped = stop();
  await untilRefused(url);
  const asking = request(url, { method: 'POST', agent: keepAlive() });
  asking.write('the first half of the order, ');
  await once(server, 'request');
  await untilPassed(() => !server.listening, passes);
  asking.end('and the second');
  const [{ statusCode, headers }] = await once(asking, 'response');
  expect([statusCode, headers.connection]).toEqual([503, 'close']);
  expect(await untilOver(stopped, passes, 300_000)).toMatchObject({ cut: [], code: 0 });
});

test('a request that comes when the port is closed is answered, however long it takes', async () => {
  const { manager } = await openShop();
  const { server, url, arrived, open } = await startServer();
  const connected = once(server, 'connection');
  const stop = gracefulStop(server, manager, { signals: [], idleMS: 10_000, graceMS: 600_000 });
  const { hostname, port } = new URL(url);
  const client = net.connect(Number(port), hostname);
  const answered = text(client);
  await connected;
  const passes = holdTime();
  const stopped = stop();
  await untilRefused(url);
  client.write('GET /held HTTP/1.1\r\nHost: shop\r\n');
  // It is never silent for as long as `idleMS`.
  const isClosed = () => client.write('Note: slow\r\n') && !server.listening;
  await untilPassed(isClosed, passes);
  client.write('\r\n');
  await arrived;
  passes(300_000);
  // A stop that does not wait cuts the request in this time. One that waits is right after any time.
  await setTimeout(100);
  open();
  expect(await answered).toMatch(/^HTTP\/1\.1 200 OK[^]*held/);
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('a listener of the stop that throws does not keep it from its work', async () => {
  const { manager } = await openShop();
  const off = onStopBegins(() => {
    throw new Error('the page is gone');
  });
  onTestFinished(() => {
    off();
  });
  expect(await gracefulStop(null, manager, { signals: [] })()).toMatchObject({ cut: [], code: 0 });
  expect(await manager.health()).toMatchObject({ live: false });
});

test('new connections are refused while `onStop` is under way', async () => {
  const { manager } = await openShop();
  const { server, url } = await startServer();
  const { open, opened } = gate();
  const stop = gracefulStop(server, manager, {
    signals: [],
    idleMS: 0,
    graceMS: 600_000,
    onStop: () => opened,
  });
  const stopped = stop();
  await untilRefused(url);
  open();
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('a signal after a stop by hand ends the process, with the code of the stop', async () => {
  const { manager } = await openShop();
  const exited = new Promise(resolve => {
    const exit = vi.spyOn(process, 'exit').mockImplementation((code): never => resolve(code) as never);
    onTestFinished(() => exit.mockRestore());
  });
  const stop = gracefulStop(null, manager, { signals: ['SIGUSR2'] });
  onTestFinished(() => stop.uninstall());
  await stop();
  process.kill(process.pid, 'SIGUSR2');
  expect(await exited).toBe(0);
});
