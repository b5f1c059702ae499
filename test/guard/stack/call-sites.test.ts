import { afterEach, expect, test } from 'vitest';
import { callSites } from '../../../src/guard/stack/stack.ts';

const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');

afterEach(() => {
  Reflect.deleteProperty(Error, 'prepareStackTrace');
  if (before !== undefined) Object.defineProperty(Error, 'prepareStackTrace', before);
});

function here() {
  return callSites(here, 5);
}

test('The call sites above a function are found, and `Error` is as it was.', () => {
  const { stackTraceLimit } = Error;
  expect(here()?.[0]?.getFileName()).toContain('call-sites.test.ts');
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});

test('Where `Error.prepareStackTrace` cannot be set, no frames are found, and the limit is restored.', () => {
  const { stackTraceLimit } = Error;
  Object.defineProperty(Error, 'prepareStackTrace', {
    value: undefined,
    writable: false,
    configurable: true,
  });
  expect(here()).toBeUndefined();
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
});
