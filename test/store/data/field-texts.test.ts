import * as fc from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { codes } from '../../../src/errors/codes.ts';
import { dataOf, differenceOf, textsOf } from '../../../src/store/data/field-texts.ts';

const name = fc.oneof(
  fc.constantFrom('__proto__', '', 'a.b', '$x', '0', 'constructor'),
  fc.string({ unit: 'grapheme' }),
);
const data = fc
  .array(fc.tuple(name, fc.jsonValue()))
  .map(entries => Object.fromEntries(entries) as Record<string, unknown>);

test('Data come back as JSON gives them back.', () => {
  fc.assert(
    fc.property(data, before => {
      const after = dataOf(textsOf(before));
      expect(Object.entries(after)).toEqual(Object.entries(JSON.parse(JSON.stringify(before)) as object));
    }),
  );
});

test('A difference makes the one of the other, and names no field that is the same.', () => {
  fc.assert(
    fc.property(data, data, (one, other) => {
      const [before, after] = [textsOf(one), textsOf(other)];
      const { set, unset } = differenceOf(before, after);
      const made = new Map([...before, ...set]);
      for (const gone of unset) made.delete(gone);
      expect(made).toEqual(after);
      for (const [field, text] of set) expect(before.get(field)).not.toBe(text);
      expect(differenceOf(after, after)).toEqual({ set: new Map(), unset: [] });
    }),
  );
});

test('Two callers that read the same session share no object.', () => {
  const texts = textsOf({ list: [1] });
  expect(dataOf(texts)['list']).not.toBe(dataOf(texts)['list']);
});

test('A value that JSON cannot represent is refused with its name and its cause.', () => {
  const circle: { self?: unknown } = {};
  circle.self = circle;
  for (const value of [1n, circle])
    expect(() => textsOf({ fine: 1, bad: value })).toThrow(
      expect.objectContaining({
        code: codes.storeUnstorable,
        message: expect.stringContaining("'bad'"),
        cause: expect.any(TypeError),
      }),
    );
  expect(() => textsOf({ ['\ud800']: 1 })).toThrow(expect.objectContaining({ code: codes.storeUnstorable }));
});

test('A value that JSON leaves out is not stored, and a Date becomes its text.', () => {
  const texts = textsOf({ none: undefined, call: () => 1, symbol: Symbol.iterator, at: new Date(0) });
  expect([...texts]).toEqual([['at', '"1970-01-01T00:00:00.000Z"']]);
});

test('A stored text that is not JSON is an error with the name of its field.', () => {
  expect(() => dataOf(new Map([['a', '{']]))).toThrow(
    expect.objectContaining({ code: codes.storeUnreadable, message: expect.stringContaining("'a'") }),
  );
});
