import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { text } from '../../../dynamodb/items.ts';
import type { Fields } from '../../backend/session-record.ts';
import { decodedFieldName, encodedFieldName } from '../../data/field-names.ts';

export function fieldsMap(fields: Fields): AttributeValue {
  return { M: Object.fromEntries([...fields].map(([name, json]) => [encodedFieldName(name), text(json)])) };
}

/** @returns undefined if it was not made by `fieldsMap` */
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
