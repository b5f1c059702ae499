import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Item, numberAt } from '../../../dynamodb/items.ts';
import { names } from './stored.ts';

/** The expiry of items that are written at one moment: whole seconds since 1970. */
export interface Expiry {
  readonly checkpoint: number;
  /** The expiry of a checkpoint's writes and blobs: later, so that a checkpoint never exists without them. */
  readonly needed: number;
}

const msPerSecond = 1000;
const neededLonger = 1.5;

/** @returns undefined without a TTL */
export function expiryFrom(ttlSeconds: number | undefined, nowMS = Date.now()): Expiry | undefined {
  if (ttlSeconds === undefined) return undefined;
  const now = Math.ceil(nowMS / msPerSecond);
  return { checkpoint: now + ttlSeconds, needed: now + Math.ceil(ttlSeconds * neededLonger) };
}

/** Whole seconds: DynamoDB never deletes an item with a fraction or a text in this attribute. */
export function expiring(at: number | undefined): Record<string, AttributeValue> {
  return at === undefined ? {} : { [names.expires]: { N: String(Math.ceil(at)) } };
}

export function isPast(item: Item, nowMS = Date.now()): boolean {
  const at = numberAt(item, names.expires);
  return at !== undefined && at * msPerSecond <= nowMS;
}

/** The seconds that an item has left; infinite without a TTL. */
export function secondsLeft(item: Item, nowMS = Date.now()): number {
  return (numberAt(item, names.expires) ?? Number.POSITIVE_INFINITY) - nowMS / msPerSecond;
}
