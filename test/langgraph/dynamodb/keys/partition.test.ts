import * as fc from '../../../support/properties.ts';
import { expect, test } from 'vitest';
import { partitionOf, threadOf } from '../../../../src/langgraph/dynamodb/keys/partition.ts';

const text = fc.string({ unit: fc.constantFrom('!', '"', 'a', 'b') });

test('no two pairs of prefix and thread have the same partition', () => {
  fc.assert(
    fc.property(text, text, text, text, (prefix, thread, other, otherThread) => {
      fc.pre(prefix !== other || thread !== otherThread);
      expect(partitionOf(prefix, thread)).not.toBe(partitionOf(other, otherThread));
    }),
  );
});

test('a thread comes back for its own prefix alone', () => {
  fc.assert(
    fc.property(text, text, text, (prefix, thread, other) => {
      expect(threadOf(other, partitionOf(prefix, thread))).toBe(other === prefix ? thread : undefined);
    }),
  );
});

test('without a prefix, it is the thread itself', () => {
  expect(partitionOf('', 'conversation-1')).toBe('conversation-1');
});
