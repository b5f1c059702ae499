import type { SessionKey } from './session-key.ts';
import type { Fields, SessionHeader, SessionRecord } from './session-record.ts';

/** One write of a live session. */
export interface Change {
  readonly set: Fields;
  readonly unset: readonly string[];
  /** All fields that are not in `set` are removed. */
  readonly replace: boolean;
  /** Written only if the session still has this version. */
  readonly ifVersion: number | undefined;
  /** The version that the caller knows: the answer needs no fields if it was still this one. */
  readonly knownVersion: number | undefined;
  /** A new idle time, in milliseconds: the expiry is set by it, and may come earlier. Without it the write moves it as a use does. */
  readonly idleMS: number | undefined;
  /**
   * It ends in so many milliseconds at the latest, and no use moves its expiry any more: its idle time becomes 0, by which a
   * pointer to a `next` is known.
   */
  readonly endsInMS: number | undefined;
  /** Whom it belongs to from now on. */
  readonly user: string | undefined;
  /** What it becomes; `null` takes a `next` that came to nothing away, which needs `ifVersion`. */
  readonly next: SessionKey | null | undefined;
}

/** What became of a write. */
export type Written =
  /** `fields` is left out when the version before was the known one. */
  | { readonly outcome: 'written'; readonly header: SessionHeader; readonly fields: Fields | undefined }
  /** There is none, or it is over: then its header may be given. Nothing was written. */
  | { readonly outcome: 'ended'; readonly header: SessionHeader | undefined }
  /** It has become another one. Nothing was written. */
  | { readonly outcome: 'rotated'; readonly header: SessionHeader }
  /** It has another version than `ifVersion`. Nothing was written. */
  | { readonly outcome: 'conflict'; readonly record: SessionRecord };

const none: Fields = new Map();

/** A change that changes nothing but what is given. */
export function changeOf(parts: Partial<Change>): Change {
  return {
    set: parts.set ?? none,
    unset: parts.unset ?? [],
    replace: parts.replace ?? false,
    ifVersion: parts.ifVersion,
    knownVersion: parts.knownVersion,
    idleMS: parts.idleMS,
    endsInMS: parts.endsInMS,
    user: parts.user,
    next: parts.next,
  };
}
