import http from 'node:http';
import { expect, test } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { ask } from './support/ask.ts';
import { startServer } from './support/held-server.ts';
import { openShop } from './support/shop.ts';

/** Each time on a new connection. @returns the status of the answer, or the code of the error */
async function outcomeOf(url: string): Promise<string> {
  try {
    return String((await ask(url, new http.Agent())).status);
  } catch (error) {
    return String(Reflect.get(Object(error), 'code'));
  }
}

test('clients that connect again as soon as they are refused get an answer each time, until nobody listens', async () => {
  const { manager } = await openShop();
  const { server, url } = await startServer();
  const stop = gracefulStop(server, manager, { signals: [], idleMS: 0, graceMS: 600_000 });
  const outcomes = new Set<string>();
  const hurry = async () => {
    let outcome = '';
    while (outcome !== 'ECONNREFUSED') outcomes.add((outcome = await outcomeOf(url)));
  };
  const clients = Array.from({ length: 16 }, hurry);
  await expect.poll(() => outcomes.has('200')).toBe(true);
  expect(await stop()).toMatchObject({ cut: [], code: 0 });
  await Promise.all(clients);
  expect(outcomes).toEqual(new Set(['200', '503', 'ECONNREFUSED']));
});
