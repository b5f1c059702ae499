import { type Item, text, textAt } from '../../../dynamodb/items.ts';
import type { SessionKey } from '../../backend/session-record.ts';
import { markSort, names, sessionPrefix } from './names.ts';

export function sessionKeyItem({ tag, hash }: SessionKey): Record<string, Item[string]> {
  return { [names.tag]: text(tag), [names.sort]: text(sessionPrefix + hash) };
}

export function markKeyItem(tag: string): Record<string, Item[string]> {
  return { [names.tag]: text(tag), [names.sort]: text(markSort) };
}

/** A unique text for each key of the table. */
export function textOfKey(item: Item): string {
  return `${textAt(item, names.tag)}/${textAt(item, names.sort)}`;
}

/** Neither part of a key has a colon. */
export function textOfSuccessor({ tag, hash }: SessionKey): string {
  return `${tag}:${hash}`;
}

export function successorOfText(stored: string): SessionKey {
  const colon = stored.indexOf(':');
  return { tag: stored.slice(0, colon), hash: stored.slice(colon + 1) };
}
