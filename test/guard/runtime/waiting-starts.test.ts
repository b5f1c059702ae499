import { expect, test } from 'vitest';
import { WaitingStarts } from '../../../src/guard/runtime/session/waiting-starts.ts';
import { gate } from '../../support/gate.ts';

test('A start waits for the end in flight, and what comes after it waits for the start.', async () => {
  const starts = new WaitingStarts();
  expect(starts.last).toBeUndefined();
  const ending = gate();
  const order: string[] = [];
  starts.add(
    () => ending.opened,
    () => order.push('started'),
  );
  const after = starts.last?.then(() => order.push('operation'));
  expect(after).toBeDefined();
  order.push('end');
  ending.open();
  await after;
  expect(order).toEqual(['end', 'started', 'operation']);
  expect(starts.last).toBeUndefined();
});

test('An end that fails lets the start begin too.', async () => {
  const starts = new WaitingStarts();
  let begun = 0;
  starts.add(
    () => Promise.reject(new Error('no')),
    () => {
      begun += 1;
    },
  );
  await starts.last;
  expect(begun).toBe(1);
});

test('A start whose end is over when its turn comes begins at once.', async () => {
  const starts = new WaitingStarts();
  let begun = 0;
  starts.add(
    () => undefined,
    () => {
      begun += 1;
    },
  );
  await starts.last;
  expect(begun).toBe(1);
});

test('Several starts begin one after another, also after one that throws.', async () => {
  const starts = new WaitingStarts();
  const [first, second] = [gate(), gate()];
  const begun: number[] = [];
  const error = new Error('no');
  starts.add(
    () => first.opened,
    () => {
      begun.push(1);
      throw error;
    },
  );
  const failed = starts.last;
  starts.add(
    () => second.opened,
    () => begun.push(2),
  );
  const { last } = starts;
  second.open();
  first.open();
  await expect(failed).rejects.toBe(error);
  await last;
  expect(begun).toEqual([1, 2]);
});

test('A start that fails is nobody’s unhandled rejection, and who waits for it gets its error.', async () => {
  const starts = new WaitingStarts();
  const error = new Error('no');
  starts.add(
    () => undefined,
    () => {
      throw error;
    },
  );
  const { last } = starts;
  await new Promise(resolve => setImmediate(resolve));
  await expect(last).rejects.toBe(error);
  expect(starts.last).toBeUndefined();
});

test('An operation is behind the start that waited when it was begun, until that start begins.', async () => {
  const starts = new WaitingStarts();
  starts.note(1);
  expect(starts.isBehind(1)).toBe(false);
  const ending = gate();
  let wasBehind: boolean | undefined;
  starts.add(
    () => ending.opened,
    () => {
      wasBehind = starts.isBehind(2);
    },
  );
  starts.note(2);
  expect([1, 2, 3].map(id => starts.isBehind(id))).toEqual([false, true, false]);
  ending.open();
  await starts.last;
  expect(wasBehind).toBe(false);
  expect(starts.isBehind(2)).toBe(false);
});

test('An operation between two starts waits for the first of them only.', async () => {
  const starts = new WaitingStarts();
  const [first, second] = [gate(), gate()];
  starts.add(
    () => first.opened,
    () => undefined,
  );
  const one = starts.last;
  starts.note(1);
  starts.add(
    () => second.opened,
    () => undefined,
  );
  const two = starts.last;
  starts.note(2);
  first.open();
  await one;
  expect([1, 2].map(id => starts.isBehind(id))).toEqual([false, true]);
  expect(starts.last).toBe(two);
  second.open();
  await two;
  expect(starts.last).toBeUndefined();
});
