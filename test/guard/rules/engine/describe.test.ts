import { expect, test } from 'vitest';
import {
  describe as describeOperation,
  describeAll,
  firstPlaced,
} from '../../../../src/guard/rules/engine/describe.ts';
import type { Operation } from '../../../../src/guard/events/events.ts';

function operation(command: string, namespace?: string): Operation {
  return { id: 1, command, kind: 'write', namespace, at: 0, inTransaction: false, quiet: false };
}

test('An operation is named by its command and its collection.', () => {
  expect(describeOperation(operation('insert', 'shop.orders'))).toBe('insert on shop.orders');
  expect(describeOperation(operation('ping'))).toBe('ping');
});

test('Of many operations the first three are named.', () => {
  const all = ['a', 'b', 'c', 'd', 'e'].map(name => operation(name));
  expect(describeAll(all)).toBe('a, b, c and 2 more');
  expect(describeAll(all.slice(0, 3))).toBe('a, b, c');
  expect(describeAll(all, 1)).toBe('a and 4 more');
});

test('Operations that are described alike are named once.', () => {
  expect(describeAll(['a', 'a', 'b', 'a'].map(name => operation(name)))).toBe('a, b');
});

test('The commands that a call of mongoose sends are not named in addition to the call, except commands on other collections.', () => {
  const call: Operation = { ...operation('updateOne', 'shop.stock'), kind: 'runner' };
  const sent = operation('update', 'shop.stock');
  const other = operation('insert', 'shop.orders');
  expect(describeAll([call, sent, other])).toBe('updateOne on shop.stock, insert on shop.orders');
  const bulk: Operation = { ...operation('bulkWrite', 'shop.stock'), kind: 'composite' };
  expect(describeAll([bulk, sent])).toBe('bulkWrite on shop.stock');
  const ofDatabase: Operation = { ...operation('withTxn'), kind: 'runner' };
  expect(describeAll([ofDatabase, operation('ping')])).toBe('withTxn, ping');
  expect(describeAll([sent, other])).toBe('update on shop.stock, insert on shop.orders');
});

test('The first operation with a place stands for several, else the first.', () => {
  const placed = { ...operation('b'), site: {} };
  expect(firstPlaced([operation('a'), placed])).toBe(placed);
  expect(firstPlaced([operation('a'), operation('c')])?.command).toBe('a');
  expect(firstPlaced([])).toBeUndefined();
});
