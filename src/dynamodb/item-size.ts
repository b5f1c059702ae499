import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item } from './items.ts';

/** The most that an item may have, in bytes: 400 KB. */
export const mostItemBytes = 400 * 1024;

const mapBytes = 3;
const memberBytes = 1;

/** The size of an item as DynamoDB counts it: names and values as UTF-8. */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + bytesOf(value),
    0,
  );
}

function bytesOf({ S, M, N }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return numberBytes(N);
  if (M !== undefined) return mapBytes + Object.keys(M).length * memberBytes + itemBytes(M);
  throw new TypeError('Only texts, numbers and maps are counted.');
}

/** One byte for two significant digits, and one more byte; zeros at either end do not count. */
function numberBytes(digits: string): number {
  const significant = digits.replace(/^-?0*|0*$/g, '');
  return Math.ceil(significant.length / 2) + (digits.startsWith('-') ? 2 : 1);
}
