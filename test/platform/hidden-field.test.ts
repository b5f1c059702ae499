import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { hiddenField } from '../../src/platform/hidden-field.ts';

test('an object has no value until one is set, and then the last one', () => {
  const field = hiddenField<object, string>();
  const object = {};

  expect(field.get(object)).toBe(undefined);
  field.set(object, 'first');
  field.set(object, 'second');

  expect(field.get(object)).toBe('second');
  expect(field.get({})).toBe(undefined);
});

test('two fields on one object do not know of each other', () => {
  const one = hiddenField<object, number>();
  const other = hiddenField<object, number>();
  const object = {};

  one.set(object, 1);

  expect(other.get(object)).toBe(undefined);
  other.set(object, 2);
  expect([one.get(object), other.get(object)]).toEqual([1, 2]);
});

test('the object looks the same to everybody else', () => {
  const field = hiddenField<object, string>();
  const object = { writeConcern: { w: 1 } };

  field.set(object, 'a secret');

  expect(Reflect.ownKeys(object)).toEqual(['writeConcern']);
  expect(inspect(object, { showHidden: true })).toBe('{ writeConcern: { w: 1 } }');
  expect(structuredClone(object)).toEqual({ writeConcern: { w: 1 } });
  expect(field.get({ ...object })).toBe(undefined);
});

test('a frozen object can have a value', () => {
  const field = hiddenField<object, string>();
  const object = Object.freeze({});

  field.set(object, 'first');
  field.set(object, 'second');

  expect(field.get(object)).toBe('second');
});

test('an object that was frozen after its first value keeps it, and can get another one', () => {
  const field = hiddenField<object, string>();
  const object = {};
  field.set(object, 'first');

  Object.freeze(object);

  expect(field.get(object)).toBe('first');
  field.set(object, 'second');
  expect(field.get(object)).toBe('second');
});

test('a proxy has its own value, as in a WeakMap', () => {
  const field = hiddenField<object, string>();
  const object = {};
  const proxy = new Proxy(object, {});

  field.set(object, 'of the object');

  expect(field.get(proxy)).toBe(undefined);
  field.set(proxy, 'of the proxy');
  expect([field.get(object), field.get(proxy)]).toEqual(['of the object', 'of the proxy']);
});
