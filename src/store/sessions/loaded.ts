import { sameKey, type SessionKey } from '../backend/session-key.ts';
import type { Fields, SessionHeader, SessionRecord } from '../backend/session-record.ts';
import type { FieldCodec } from '../data/field-codec.ts';

/** A session as it was read or written last. */
export interface Loaded {
  /** By which it was asked for; that of another session where it only points there. */
  readonly key: SessionKey;
  readonly header: SessionHeader;
  /** The JSON of each field. */
  readonly texts: Fields;
}

/** What a write hands to the back end: it need not look once more at what the caller has read. */
export function knownOf({ key, header }: Loaded): SessionKey | SessionHeader {
  return sameKey(key, header) ? header : key;
}

export function loadedFrom(codec: FieldCodec, key: SessionKey, record: SessionRecord): Loaded {
  // Its header is the record itself: a copy of it would be made with each read.
  return { key, header: record, texts: codec.fromStored(record.hash, record.fields) };
}
