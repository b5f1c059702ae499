import type { Fields, SessionHeader, SessionKey, SessionRecord } from './session-record.ts';

/** One write of a live session. */
export interface Change {
  readonly set: Fields;
  readonly unset: readonly string[];
  /** All fields that are not in `set` are removed. */
  readonly replace: boolean;
  /** Written only if the session still has this version. */
  readonly ifVersion: number | undefined;
  /** The version that the caller knows: the result needs no fields if the session still had this version. */
  readonly knownVersion: number | undefined;
  /**
   * A new idle time, in milliseconds: the expiry is set by it, and may come earlier. Without it the write moves it as a use
   * does.
   */
  readonly idleMS: number | undefined;
  /**
   * It ends after this number of milliseconds at the latest, and no use moves its expiry any more: its idle time becomes 0,
   * which makes it an alias of its `successor`.
   */
  readonly endsInMS: number | undefined;
  /** Its user from now on. */
  readonly user: string | undefined;
  /** Its user has just authenticated: `authenticatedAt` becomes the time of the store. */
  readonly authenticated: boolean;
  /** The session to which it is rotated; `null` undoes a rotation that was not finished, and needs `ifVersion`. */
  readonly successor: SessionKey | null | undefined;
}

/** The result of a write. */
export type Written =
  /** `fields` is left out if the previous version was the known one. */
  | { readonly outcome: 'written'; readonly header: SessionHeader; readonly fields: Fields | undefined }
  /** There is no session, or it has expired: then its header may be given. Nothing was written. */
  | { readonly outcome: 'ended'; readonly header: SessionHeader | undefined }
  /** It was rotated to another session. Nothing was written. */
  | { readonly outcome: 'rotated'; readonly header: SessionHeader }
  /** It has another version than `ifVersion`. Nothing was written. */
  | { readonly outcome: 'conflict'; readonly record: SessionRecord };

const none: Fields = new Map();

/** A change of only the given parts. */
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
    authenticated: parts.authenticated ?? false,
    successor: parts.successor,
  };
}
