import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { number } from '../../../dynamodb/items.ts';

/** The time of TTL for an expiry in milliseconds. */
export function cleanAfter(expiresAt: number): AttributeValue {
  return number(Math.ceil(expiresAt / 1000));
}
