import { compareWritesSortKeys } from '@langchain/langgraph-checkpoint';
import * as fc from '../../../support/properties.ts';
import { expect, test } from 'vitest';
import { inOrder } from '../../../../src/langgraph/dynamodb/items/in-order.ts';

const text = fc.string({ unit: fc.constantFrom('a', '\ud83d', '\ude00', '\uffff', '\ue000', '~') });
const value = { type: 'json', bytes: new Uint8Array() };

test('the order is that of LangGraph', () => {
  const write = fc.record({ path: text, task: text, index: fc.integer({ min: -4, max: 20 }) });
  fc.assert(
    fc.property(fc.array(write), writes => {
      const ours = inOrder(
        writes.map(({ path, task, index }) => ({ path, task, index, channel: 'a', value })),
      );
      const keys = writes.map(({ path, task, index }) => [path, task, index] as const);
      const expected = keys.toSorted(compareWritesSortKeys);
      expect(ours.map(({ path, task, index }) => [path, task, index])).toEqual(expected);
    }),
  );
});
