import {
  type Fields,
  sameKey,
  type SessionHeader,
  type SessionKey,
  type SessionRecord,
} from '../backend/session-record.ts';
import type { FieldCodec } from '../crypto/field-codec.ts';
import type { Reading } from '../backend/backend.ts';
import { isLive } from '../backend/life.ts';
import type { StoreContext } from './store-context.ts';

/** A session as it was read or written last. */
export interface Loaded {
  /** The key with which it was read; another key than the session's if it was found by an alias. */
  readonly key: SessionKey;
  readonly header: SessionHeader;
  /** The JSON of each field. */
  readonly texts: Fields;
}

/** The argument for a write of the back end, which then does not have to read the session again. */
export function knownOf({ key, header }: Loaded): SessionKey | SessionHeader {
  return sameKey(key, header) ? header : key;
}

export function loadedFrom(codec: FieldCodec, key: SessionKey, record: SessionRecord): Loaded {
  // The record itself is the header: a copy would be made with each read.
  return { key, header: record, texts: codec.fromStored(record.hash, record.fields) };
}

export async function readLive(context: StoreContext, key: SessionKey): Promise<Reading | undefined> {
  const found = await context.reads.one(key);
  if (found === undefined || isLive(found.record, found.now)) return found;
  context.audit.foundOver(found.record);
  return undefined;
}
