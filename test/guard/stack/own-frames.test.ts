import { afterEach, expect, test } from 'vitest';
import { withRoom } from '../../../src/guard/stack/own-frames.ts';

const before = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');

afterEach(() => {
  if (before !== undefined) Object.defineProperty(Error, 'stackTraceLimit', before);
});

function freezeLimit(): void {
  Object.defineProperty(Error, 'stackTraceLimit', { value: 10, writable: false, configurable: true });
}

test('A call has room for more frames, and the limit is as it was, also if the call throws.', () => {
  const { stackTraceLimit } = Error;
  expect(withRoom(() => Error.stackTraceLimit)).toBeGreaterThan(stackTraceLimit);
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  const mine = new Error('mine');
  const fails = () => {
    throw mine;
  };
  expect(() => withRoom(fails)).toThrow(mine);
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});

test('Where the limit cannot be set, the call is made all the same, once, and its error is its own.', () => {
  freezeLimit();
  let calls = 0;
  const counts = () => {
    calls += 1;
    return Error.stackTraceLimit;
  };
  expect(withRoom(counts)).toBe(10);
  const mine = new Error('mine');
  const fails = () => {
    calls += 1;
    throw mine;
  };
  expect(() => withRoom(fails)).toThrow(mine);
  expect(calls).toBe(2);
});
