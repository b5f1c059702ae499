import { expect, test, vi } from 'vitest';
import { remembering } from '../../src/platform/bounded.ts';

test('a value is made once for each key, and is the same object', () => {
  const make = vi.fn((key: string) => ({ key }));
  const valueOf = remembering(2, make);
  expect(valueOf('a')).toBe(valueOf('a'));
  expect(valueOf('b')).toEqual({ key: 'b' });
  expect(make.mock.calls).toEqual([['a'], ['b']]);
});

test('above the limit, the key that was asked for the longest time ago is forgotten', () => {
  const make = vi.fn((key: string) => key.length > 1);
  const valueOf = remembering(2, make);
  for (const key of ['a', 'b', 'a', 'c', 'a']) valueOf(key);
  expect(make.mock.calls).toEqual([['a'], ['b'], ['c']]);
  valueOf('b');
  expect(make.mock.calls).toHaveLength(4);
});
