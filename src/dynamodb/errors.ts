import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Item } from './items.ts';

/** True for an error that the service calls so; there may be several copies of its classes in a process. */
export function isNamed(error: unknown, name: string): error is Error {
  return error instanceof Error && error.name === name;
}

export interface Refused {
  /** What is there instead, where the command asked for it. */
  readonly item: Item | undefined;
  /** How often the client has tried: if more than once, the first try may have been done. */
  readonly tries: number;
}

/** @returns undefined for any other error than that of a condition that is not fulfilled */
export function refusedBy(error: unknown): Refused | undefined {
  if (!isNamed(error, ConditionalCheckFailedException.name)) return undefined;
  const { Item: item, $metadata } = error as ConditionalCheckFailedException;
  return { item, tries: $metadata.attempts ?? 1 };
}
