import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item in the form of the client's low-level commands. */
export type Item = Readonly<Record<string, AttributeValue>>;

export const text = (value: string): AttributeValue => ({ S: value });

/** @param value must not be infinite */
export const number = (value: number): AttributeValue => ({ N: String(value) });

/** @returns undefined if there is no such attribute, or it has another type */
export function textAt(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

/** @returns undefined if there is no such attribute, or it has another type */
export function numberAt(item: Item, name: string): number | undefined {
  const digits = item[name]?.N;
  return digits === undefined ? undefined : Number(digits);
}
