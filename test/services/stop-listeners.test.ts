import { once } from 'node:events';
import { expect, test } from 'vitest';
import { gracefulStop } from '../../src/index.ts';
import { openShop } from './support/shop.ts';

const byHand = { signals: [], graceMS: 600_000 };
const named = 'a listener of stop.signal, which has failed';
const failure = new Error('the consumer is gone');

function fail(): never {
  throw failure;
}

/** A program may listen in each of these ways. */
const ways: Readonly<Record<string, (signal: AbortSignal) => unknown>> = {
  'a function': signal => signal.addEventListener('abort', fail),
  'an object': signal => signal.addEventListener('abort', { handleEvent: fail }),
  'an async function': signal => signal.addEventListener('abort', async () => fail()),
  '`onabort`': signal => Reflect.set(signal, 'onabort', fail),
};

test.each(Object.keys(ways))(
  '%s that listens to `stop.signal` and throws is named, and the stop goes on',
  async way => {
    const { manager } = await openShop();
    const stop = gracefulStop(null, manager, byHand);
    ways[way]?.(stop.signal);
    const later = once(stop.signal, 'abort');
    expect(await stop()).toMatchObject({ cut: [named], code: 1 });
    await later;
    expect(await manager.health()).toMatchObject({ live: false });
  },
);

test('a listener of `stop.signal` gets its event and its `this`, is called once, and can be taken off', async () => {
  const { manager } = await openShop();
  const stop = gracefulStop(null, manager, byHand);
  const heard: unknown[] = [];
  const listener = function (this: AbortSignal, event: Event) {
    heard.push(this === stop.signal, event.type, event.target === stop.signal);
  };
  const off = () => heard.push('it was taken off');
  stop.signal.addEventListener('abort', listener);
  stop.signal.addEventListener('abort', listener, { once: true });
  stop.signal.addEventListener('abort', off);
  stop.signal.removeEventListener('abort', off);
  Reflect.set(stop.signal, 'onabort', off);
  expect(stop.signal.onabort).toBe(off);
  Reflect.set(stop.signal, 'onabort', null);
  expect(await stop()).toMatchObject({ cut: [], code: 0 });
  expect(heard).toEqual([true, 'abort', true]);
});
