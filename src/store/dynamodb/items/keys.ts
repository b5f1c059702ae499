import { type Item, text, textAt } from '../../../dynamodb/items.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { markSort, names, sessionPrefix } from './names.ts';

export function sessionKeyItem({ userKey, hash }: SessionKey): Record<string, Item[string]> {
  return { [names.userKey]: text(userKey), [names.sort]: text(sessionPrefix + hash) };
}

export function markKeyItem(userKey: string): Record<string, Item[string]> {
  return { [names.userKey]: text(userKey), [names.sort]: text(markSort) };
}

/** A unique text for each key of the table. */
export function textOfKey(item: Item): string {
  return `${textAt(item, names.userKey)}/${textAt(item, names.sort)}`;
}

/** Neither part of a key has a colon. */
export function textOfSuccessor({ userKey, hash }: SessionKey): string {
  return `${userKey}:${hash}`;
}

export function successorOfText(stored: string): SessionKey {
  const colon = stored.indexOf(':');
  return { userKey: stored.slice(0, colon), hash: stored.slice(colon + 1) };
}
