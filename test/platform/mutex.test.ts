import { expect, test } from 'vitest';
import { Mutex } from '../../src/platform/mutex.ts';

/** Takes a turn and says so. */
async function take(queue: Mutex, name: string, turns: string[]): Promise<void> {
  await queue.enter();
  turns.push(name);
}

const settled = () => new Promise(resolve => setImmediate(resolve));

test('A free turn is taken at once, without a promise.', () => {
  const queue = new Mutex();
  expect(queue.enter()).toBeUndefined();
  queue.leave();
  expect(queue.enter()).toBeUndefined();
});

test('Waiting callers get their turns one at a time, in the order of their calls.', async () => {
  const queue = new Mutex();
  const turns: string[] = [];
  const all = ['a', 'b', 'c'].map(name => take(queue, name, turns));
  const after: string[][] = [];
  for (let turn = 0; turn < all.length; turn += 1) {
    await settled();
    after.push([...turns]);
    queue.leave();
  }
  await Promise.all(all);
  expect(after).toEqual([['a'], ['a', 'b'], ['a', 'b', 'c']]);
});

test('Nobody overtakes the one to whom the turn was handed.', async () => {
  const queue = new Mutex();
  const turns: string[] = [];
  const first = queue.enter();
  const waiting = take(queue, 'first', turns);
  queue.leave();
  const late = queue.enter();
  expect(late).toBeInstanceOf(Promise);
  await Promise.all([first, waiting]);
  queue.leave();
  await late;
  expect(turns).toEqual(['first']);
});

test('After the last one the turn is free again.', async () => {
  const queue = new Mutex();
  const first = queue.enter();
  const waiting = queue.enter();
  queue.leave();
  await Promise.all([first, waiting]);
  queue.leave();
  expect(queue.enter()).toBeUndefined();
});

test('A signal gives up waiting with its reason, and the turn goes to the next.', async () => {
  const queue = new Mutex();
  const stop = new AbortController();
  void queue.enter();
  const given = queue.enter(stop.signal);
  const next = queue.enter();
  const reason = new Error('gone');
  stop.abort(reason);
  await expect(given).rejects.toBe(reason);
  await expect(queue.enter(stop.signal)).rejects.toBe(reason);
  queue.leave();
  await next;
  queue.leave();
  expect(queue.enter()).toBeUndefined();
});
