import mongoose from 'mongoose';
import { expect, test } from 'vitest';
import { observeMongoose } from '../../src/guard/mongoose/index.ts';

test('one method under two names stays one method', () => {
  const { save, find } = mongoose.Model.prototype as unknown as Record<string, unknown>;
  observeMongoose(mongoose);
  const after = mongoose.Model.prototype as unknown as Record<string, unknown>;
  expect(after['save']).not.toBe(save);
  expect(after['$save']).toBe(after['save']);
  expect(after['find']).toBe(find);
});

test('a second call changes nothing, and gives mongoose back', () => {
  expect(observeMongoose(mongoose)).toBe(mongoose);
  const { save } = mongoose.Model.prototype as unknown as Record<string, unknown>;
  observeMongoose(mongoose);
  expect((mongoose.Model.prototype as unknown as Record<string, unknown>)['save']).toBe(save);
});

test.each([undefined, null, {}, 'mongoose', new Proxy({}, {})])('%s is refused', value => {
  expect(() => observeMongoose(value as never)).toThrow(
    "observeMongoose takes what import mongoose from 'mongoose' gives.",
  );
});
