import { expect, test } from 'vitest';
import { KeyedMutex } from '../../src/platform/keyed-mutex.ts';

const { signal: never } = new AbortController();
const settled = () => new Promise(resolve => setImmediate(resolve));

test('Those with one key are served one at a time, first come first served; other keys do not wait.', async () => {
  const turns = new KeyedMutex();
  const served: string[] = [];
  const take = async (key: string, name: string) => {
    const end = await turns.take(key, { name }, never);
    served.push(name);
    return end;
  };
  const [first, second, third, other] = [take('a', '1'), take('a', '2'), take('a', '3'), take('b', 'other')];
  await settled();
  expect(served).toEqual(['1', 'other']);
  (await first)();
  await settled();
  expect(served).toEqual(['1', 'other', '2']);
  (await second)();
  (await third)();
  (await other)();
  expect(served).toEqual(['1', 'other', '2', '3']);
});

test('The holder of a turn is known until it ends the turn; to end it twice does nothing.', async () => {
  const turns = new KeyedMutex();
  const [one, two] = [{}, {}];
  const end = await turns.take(7, one, never);
  expect(turns.holderOf(7)).toBe(one);
  end();
  expect(turns.holderOf(7)).toBeUndefined();
  const endSecond = await turns.take(7, two, never);
  end();
  expect(turns.holderOf(7)).toBe(two);
  endSecond();
  expect(turns.holderOf(7)).toBeUndefined();
});

test('Who gives up waiting is passed over.', async () => {
  const turns = new KeyedMutex();
  const end = await turns.take('a', {}, never);
  const controller = new AbortController();
  const waiting = turns.take('a', {}, controller.signal);
  const next = turns.take('a', {}, never);
  controller.abort('enough');
  await expect(waiting).rejects.toBe('enough');
  end();
  expect(await next).toBeTypeOf('function');
});
