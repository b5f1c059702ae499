import * as fc from '../../../support/properties.ts';
import { expect, test } from 'vitest';
import { decodePart, encodePart, partEnd } from '../../../../src/langgraph/dynamodb/keys/partition.ts';
import { byCodePoint } from '../../../../src/langgraph/dynamodb/items/in-order.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('!', '"', '#', '\u0000', 'a', '😀', '\uffff') }),
);

test('any text comes back, and none has the end of a part in it', () => {
  fc.assert(
    fc.property(text, value => {
      expect(decodePart(encodePart(value))).toBe(value);
      expect(encodePart(value)).not.toContain(partEnd);
    }),
  );
});

test('the order is kept, in the bytes that DynamoDB compares, also before what follows', () => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [one, other] = [a, b].map(value => Buffer.from(`${encodePart(value)}${partEnd}~`));
      const order = Buffer.compare(one ?? Buffer.alloc(0), other ?? Buffer.alloc(0));
      expect(order).toBe(Math.sign(byCodePoint(a, b)));
    }),
  );
});

test('what LangGraph makes stays as it is', () => {
  const made = ['1efbe3b0-2b8a-6d01-8001-2f0e9cc1b2a7', 'tools:5bb0|inner:1', '__start__'];
  expect(made.map(encodePart)).toEqual(made);
});
