import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** As the low-level commands of the client have it. */
export type Item = Readonly<Record<string, AttributeValue>>;

export const text = (value: string): AttributeValue => ({ S: value });

/** @param value must not be infinite */
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** @returns undefined if there is none, or one of another type */
export function textAt(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

/** @returns undefined as above */
export function numberAt(item: Item, name: string): number | undefined {
  const digits = item[name]?.N;
  return digits === undefined ? undefined : Number(digits);
}
