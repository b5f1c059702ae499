import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { clock } from '../../src/platform/clock.ts';
import { ask, keepAlive, listening } from './support/ask.ts';
import { gate } from '../support/gate.ts';
import { openShop } from './support/shop.ts';

/** A server that answers at once, except `/held`, which waits for the gate. */
async function startServer() {
  const arrived = gate();
  const { open, opened } = gate();
  const server = createServer((req, res) => {
    if (req.url !== '/held') return res.end('done');
    arrived.open();
    return void opened.then(() => res.end('held'));
  });
  return { server, url: await listening(server), arrived: arrived.opened, open };
}

async function untilRefused(url: string) {
  while ((await ask(url, keepAlive())).status !== 503);
}

/** The time of the stop passes as the test says. */
function holdTime(): (ms: number) => void {
  const began = clock.now();
  let passedMS = 0;
  const held = vi.spyOn(clock, 'now').mockImplementation(() => began + passedMS);
  onTestFinished(() => held.mockRestore());
  return ms => (passedMS = ms);
}

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
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
});

/** Lets time pass only as long as it is wanted: the stop may not be waiting for it yet. */
async function untilPassed(
  isReached: () => boolean,
  passes: (ms: number) => void,
  fromMS = 0,
): Promise<void> {
  let soFarMS = fromMS;
  await expect
    .poll(() => {
      if (!isReached()) passes((soFarMS += 1000));
      return isReached();
    })
    .toBe(true);
}

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
  let isOver = false;
  void stopped.finally(() => (isOver = true));
  await untilPassed(() => isOver, passes, 300_000);
  expect(await stopped).toMatchObject({ cut: [], code: 0 });
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
