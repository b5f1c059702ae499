import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { number } from '../../../dynamodb/items.ts';

/** The attributes of a table of sessions. Their names count for the size of an item, so they are short. */
export const names = {
  userKey: 'pk',
  sort: 'sk',
  user: 'u',
  handle: 'h',
  createdAt: 'c',
  renewedAt: 'm',
  authenticatedAt: 'l',
  epoch: 'g',
  idleMS: 'i',
  /** The expiry in milliseconds: reads and writes compare this one. */
  expiresAt: 'x',
  /** The expiry in whole seconds, rounded up: only for the table's TTL. A string or a fraction there would never expire. */
  cleanAfter: 'e',
  absoluteEnd: 'a',
  seenAt: 's',
  device: 'v',
  version: 'r',
  successor: 'n',
  /** A random name of the last write: if its response was lost, a retry recognises its own write by this name. */
  write: 'w',
  fields: 'd',
  except: 'k',
} as const;

/** The prefix of the sort key of each session. */
export const sessionPrefix = 's#';
export const markSort = 'f';

/** The TTL value for an expiry in milliseconds. */
export function cleanAfter(expiresAt: number): AttributeValue {
  return number(Math.ceil(expiresAt / 1000));
}
