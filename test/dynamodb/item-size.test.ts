import { expect, test } from 'vitest';
import { itemBytes } from '../../src/dynamodb/item-size.ts';

test.each([
  ['a text: its name and its UTF-8', { ab: { S: 'hä€😀' } }, 2 + 10],
  ['an empty text', { a: { S: '' } }, 1],
  ['a number: a byte for two digits, and one more', { n: { N: '12345' } }, 1 + 4],
  ['a number whose zeros at the end are not counted', { n: { N: '1200000' } }, 1 + 2],
  ['zero', { n: { N: '0' } }, 1 + 1],
  ['a negative number', { n: { N: '-12' } }, 1 + 3],
  ['an empty map', { m: { M: {} } }, 1 + 3],
  [
    'a map: three bytes, one for each member, and the members',
    { m: { M: { a: { S: 'b' } } } },
    1 + 3 + 1 + 2,
  ],
])('%s', (_, item, bytes) => {
  expect(itemBytes(item)).toBe(bytes);
});
