import { expect, test } from 'vitest';
import { leadsTo } from '../../src/platform/leads-to.ts';

const target = new Error('transient');
const leads = (error: unknown) => leadsTo(error, new Set([target]));

test('An error leads to itself.', () => {
  expect(leads(target)).toBe(true);
});

test('An error leads to its `cause`, at any depth.', () => {
  expect(leads(new Error('a', { cause: target }))).toBe(true);
  expect(
    leads(new Error('a', { cause: new Error('b', { cause: new TypeError('c', { cause: target }) }) })),
  ).toBe(true);
});

test('An error leads to its `errors`, be they a list, a map or an object.', () => {
  expect(leads(new AggregateError([new Error('a'), target]))).toBe(true);
  expect(leads(Object.assign(new Error('a'), { errors: new Map([['path', target]]) }))).toBe(true);
  expect(leads(Object.assign(new Error('a'), { errors: { path: { reason: target } } }))).toBe(true);
});

test('An error leads to errors that libraries keep under their own property names.', () => {
  expect(leads(Object.assign(new Error('a'), { originalError: target }))).toBe(true);
  expect(leads(Object.assign(new Error('a'), { [Symbol('inner')]: target }))).toBe(true);
});

test('A `cause` may be a getter.', () => {
  class Wrapped extends Error {
    override get cause(): unknown {
      return target;
    }
  }
  expect(leads(new Wrapped('a'))).toBe(true);
});

test('A message that quotes it, or a copy, does not lead there.', () => {
  expect(leads(new Error(`failed: ${target.message}`))).toBe(false);
  expect(leads(Object.assign(new Error(target.message), target))).toBe(false);
  expect(leads('text')).toBe(false);
  expect(leads(undefined)).toBe(false);
});

test('Circular chains come to an end.', () => {
  const one = new Error('one');
  const other = new Error('other', { cause: one });
  Object.assign(one, { cause: other, errors: [one, other] });
  expect(leads(one)).toBe(false);
});

test('An error that holds on to a large program is not followed without end.', () => {
  const wide = Object.assign(new Error('wide'), { held: Array.from({ length: 100_000 }, () => ({ a: {} })) });
  expect(leads(wide)).toBe(false);
});

test('A property that throws when it is read is ignored.', () => {
  const hostile = new Proxy(new Error('a'), {
    get() {
      throw new Error('get');
    },
    ownKeys() {
      throw new Error('keys');
    },
  });
  expect(leads(new Error('b', { cause: hostile }))).toBe(false);
});

test('The stack of an error is not formatted for it.', () => {
  let formatted = 0;
  const error = new Error('a');
  Object.defineProperty(error, 'stack', {
    get: () => {
      formatted += 1;
      return '';
    },
  });
  expect(leads(error)).toBe(false);
  expect(formatted).toBe(0);
});
