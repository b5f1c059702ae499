import { once } from 'node:events';
import { expect, test } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { startServer, untilRefused } from './support/held-server.ts';
import { holdTime, untilOver } from '../support/held-time.ts';
import { answersIn, rawClient as client } from './support/raw-client.ts';
import { openShop } from './support/shop.ts';

const patient = { signals: [], idleMS: 1000, graceMS: 600_000 };

test('a client that waits at the port when it is closed is answered, and not reset', async () => {
  const { manager } = await openShop();
  const { server, url } = await startServer();
  const stop = gracefulStop(server, manager, patient);
  const passes = holdTime();
  const stopped = stop();
  await untilRefused(url);
  // More than the stop can take before it looks again.
  const clients = Array.from({ length: 300 }, () => client(url));
  for (const { ask } of clients) ask('/');
  let asked = 0;
  server.on('request', () => (asked += 1));
  passes(60_000);
  // No time passes until all of them are known: none is silent.
  await expect.poll(() => asked).toBe(clients.length);
  expect(await untilOver(stopped, passes, 120_000)).toMatchObject({ cut: [], code: 0 });
  const heard = await Promise.all(clients.map(({ all }) => all));
  expect(new Set(heard.map(text => answersIn(text).join()))).toEqual(new Set(['503 close']));
  expect(server.listening).toBe(false);
});

test('with `idleMS: 0` a client that has just connected gets the answer to its first request', async () => {
  const { manager } = await openShop();
  const { server, url } = await startServer();
  const stop = gracefulStop(server, manager, { ...patient, idleMS: 0 });
  const { ask, all } = client(url);
  await once(server, 'connection');
  const passes = holdTime();
  const stopped = stop();
  await untilRefused(url);
  // As long as no time passes, the connection is new.
  for (let look = 0; look < 10; look += 1) await new Promise(resolve => setTimeout(resolve, 5));
  ask('/');
  expect(answersIn(await all)).toEqual(['200 close']);
  expect(await untilOver(stopped, passes, 120_000)).toMatchObject({ cut: [], code: 0 });
});

test('requests that a client has sent without waiting for the answers are all answered, and the last answer closes', async () => {
  const { manager } = await openShop();
  const { server, url, open, seen } = await startServer();
  const stop = gracefulStop(server, manager, { ...patient, idleMS: 600_000 });
  const [one, other] = [client(url), client(url)];
  one.ask('/held');
  other.ask('/held');
  other.ask('/held');
  await expect.poll(() => seen).toEqual(['/held', '/held', '/held']);
  const stopped = stop();
  await untilRefused(url);
  // The first answer was to close the connection already.
  one.ask('/after');
  await expect.poll(() => seen).toContain('/after');
  open();
  expect(answersIn(await one.all)).toEqual(['200 keep-alive', '200 close']);
  expect(answersIn(await other.all)).toEqual(['200 keep-alive', '200 close']);
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

test('the timers of the server are off when it is stopped', async () => {
  const { manager } = await openShop();
  const { server } = await startServer();
  const before = Reflect.get(server, 'closeIdleConnections');
  const isRunning = () => Reflect.get(timerOf(server), '_destroyed') === false;
  expect(isRunning()).toBe(true);
  await gracefulStop(server, manager, { ...patient, idleMS: 0 })();
  expect(isRunning()).toBe(false);
  expect(Reflect.get(server, 'closeIdleConnections')).toBe(before);
});

/** Node looks by a timer for requests that come too slowly. */
function timerOf(server: object): object {
  const key = Object.getOwnPropertySymbols(server).find(({ description }) =>
    description?.endsWith('connectionsCheckingInterval'),
  );
  return Object(key === undefined ? undefined : Reflect.get(server, key));
}
