import { hiddenField } from '../../../platform/hidden-field.ts';
import { clock } from '../../../platform/time/clock.ts';
import type { Fields, SessionHeader } from '../../backend/session-record.ts';
import type { Loaded } from '../../sessions/loaded.ts';

/** The store's knowledge about a framework's session object. */
export interface Snapshot {
  /** As it was read or written last. */
  readonly loaded: Loaded;
  /** The texts of the object at that time: other requests may have added fields since, which this object never had. */
  readonly texts: Fields;
  /** Until its expiry, in milliseconds, as of `at`. */
  readonly leftMS: number;
  /** Milliseconds since 1970 by the clock of the application. */
  readonly at: number;
  /** By the monotonic clock. */
  readonly tick: number;
  /** The expiry of the object's cookie at that time; undefined if the cookie had none. */
  readonly expires: number | undefined;
}

export function snapshotOf(
  loaded: Loaded,
  held: { readonly texts: Fields; readonly expires: number | undefined },
  leftMS = leftAfterWrite(loaded.header),
): Snapshot {
  return { loaded, texts: held.texts, expires: held.expires, leftMS, at: Date.now(), tick: clock.now() };
}

/** A write or refresh sets `seenAt` to the time by the store's clock. */
function leftAfterWrite({ expiresAt, seenAt }: SessionHeader): number {
  return expiresAt - seenAt;
}

/** Milliseconds until it expires, as far as this process knows. */
export function leftOf({ leftMS, tick }: Snapshot): number {
  return leftMS - (clock.now() - tick);
}

/** The time of the store, milliseconds since 1970, as far as this process knows. */
export function storeTimeAt(snapshot: Snapshot): number {
  return snapshot.loaded.header.expiresAt - leftOf(snapshot);
}

/** The snapshots of session objects, and of their marks. */
export class Snapshots {
  readonly #byObject = hiddenField<object, Snapshot>();
  readonly #markOf: (session: object) => unknown;

  /** @param markOf returns the mark that a copy of a session object has kept */
  constructor(markOf: (session: object) => unknown = () => undefined) {
    this.#markOf = markOf;
  }

  of(session: object): Snapshot | undefined {
    const own = this.#byObject.get(session);
    if (own !== undefined) return own;
    const mark = this.#markOf(session);
    return typeof mark === 'function' ? this.#byObject.get(mark) : undefined;
  }

  set(session: object, snapshot: Snapshot): void {
    this.#byObject.set(session, snapshot);
  }
}
