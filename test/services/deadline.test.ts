import { expect, test } from 'vitest';
import { Deadline } from '../../src/services/stop/deadline.ts';

const never = new Promise<never>(() => {});

/** Whether a promise settles before the next round of the event loop, without a timer. */
function isAtOnce(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise<boolean>(resolve => {
    setImmediate(resolve, false);
  });
  return Promise.race([promise.then(() => true), later]);
}

test('the time after the grace is shared: a step that hangs leaves none for the next one', async () => {
  const deadline = new Deadline();
  deadline.start(0);
  expect(await deadline.settled(never, 20)).toEqual({ done: false });
  expect(await isAtOnce(deadline.settled(never, 20))).toBe(true);
});

test('a step that is done at once counts as done, also when all time is used up', async () => {
  const deadline = new Deadline();
  deadline.start(0);
  await deadline.settled(never, 0);
  expect(await deadline.settled(Promise.resolve(), 0)).toEqual({ done: true });
  const error = new Error('failed');
  expect(await deadline.settled(Promise.reject(error), 0)).toEqual({ done: true, error });
});

test('the end of the grace does not make a grace that is over longer', async () => {
  const deadline = new Deadline();
  deadline.start(600_000);
  expect(deadline.left()).toBeGreaterThan(0);
  deadline.end();
  expect(deadline.left()).toBe(0);
  expect(await deadline.until(() => false)).toBe(false);
  await deadline.settled(never, 20);
  deadline.end();
  expect(await isAtOnce(deadline.settled(never, 20))).toBe(true);
});
