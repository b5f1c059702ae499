import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Item, number, numberAt, text, textAt } from '../../../dynamodb/items.ts';
import type { Fields, SessionHeader, SessionRecord } from '../../backend/session-record.ts';
import { unreadable } from '../../errors.ts';
import { cleanAfter, names, sessionPrefix } from './names.ts';
import { sessionKeyItem, successorOfText, textOfSuccessor } from './keys.ts';
import { decodedFieldName, encodedFieldName } from '../../data/field-names.ts';

export function fieldsMap(fields: Fields): AttributeValue {
  return { M: Object.fromEntries([...fields].map(([name, json]) => [encodedFieldName(name), text(json)])) };
}

/** @returns undefined if `fieldsMap` did not make it */
export function fieldsOfMap(value: AttributeValue | undefined): Fields | undefined {
  if (value?.M === undefined) return undefined;
  const fields = new Map<string, string>();
  for (const [encoded, { S }] of Object.entries(value.M)) {
    const name = decodedFieldName(encoded);
    if (name === undefined || S === undefined) return undefined;
    fields.set(name, S);
  }
  return fields;
}

/** @param write the name of the write that stores it */
export function itemOf(record: SessionRecord, write: string): Record<string, AttributeValue> {
  const { user, renewedAt, authenticatedAt, device, successor } = record;
  return {
    ...sessionKeyItem(record),
    [names.handle]: text(record.handle),
    [names.createdAt]: number(record.createdAt),
    [names.epoch]: text(record.epoch),
    [names.idleMS]: number(record.idleMS),
    [names.expiresAt]: number(record.expiresAt),
    [names.cleanAfter]: cleanAfter(record.expiresAt),
    [names.absoluteEnd]: number(record.absoluteEnd),
    [names.seenAt]: number(record.seenAt),
    [names.version]: number(record.version),
    [names.write]: text(write),
    [names.fields]: fieldsMap(record.fields),
    ...(user !== undefined && { [names.user]: text(user) }),
    ...(renewedAt !== undefined && { [names.renewedAt]: number(renewedAt) }),
    ...(authenticatedAt !== undefined && { [names.authenticatedAt]: number(authenticatedAt) }),
    ...(device !== undefined && { [names.device]: text(device) }),
    ...(successor !== undefined && { [names.successor]: text(textOfSuccessor(successor)) }),
  };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE */
export function recordOf(item: Item): SessionRecord {
  return { ...headerOf(item), fields: fieldsOfMap(item[names.fields]) ?? missing(names.fields) };
}

/** @throws SessionGuardError ERR_SESSION_GUARD_STORE_UNREADABLE */
export function headerOf(item: Item): SessionHeader {
  const successor = textAt(item, names.successor);
  return {
    userKey: mustText(item, names.userKey),
    hash: mustText(item, names.sort).slice(sessionPrefix.length),
    user: textAt(item, names.user),
    handle: mustText(item, names.handle),
    createdAt: mustNumber(item, names.createdAt),
    renewedAt: numberAt(item, names.renewedAt),
    authenticatedAt: numberAt(item, names.authenticatedAt),
    epoch: mustText(item, names.epoch),
    idleMS: mustNumber(item, names.idleMS),
    expiresAt: mustNumber(item, names.expiresAt),
    absoluteEnd: mustNumber(item, names.absoluteEnd),
    seenAt: mustNumber(item, names.seenAt),
    device: textAt(item, names.device),
    version: mustNumber(item, names.version),
    successor: successor === undefined ? undefined : successorOfText(successor),
  };
}

export function writeOf(item: Item): string | undefined {
  return textAt(item, names.write);
}

function mustText(item: Item, name: string): string {
  return textAt(item, name) ?? missing(name);
}

function mustNumber(item: Item, name: string): number {
  return numberAt(item, name) ?? missing(name);
}

function missing(name: string): never {
  throw unreadable(
    `A stored session has no attribute '${name}', or one of another type: it was written by another program than this store.`,
  );
}
