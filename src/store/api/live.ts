import { inspect } from 'node:util';
import { hashId } from '../ids/session-id.ts';
import { dataOf } from '../data/field-texts.ts';
import { invalidArgument } from '../../errors/errors.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import type { Live, SessionInfo } from './session-store.ts';
import type { Loaded } from '../sessions/loaded.ts';

/**
 * A session that a store returns, with the record behind it. It is a class, because a weak map would slow down every garbage
 * collection.
 */
class LiveSession<T extends object> implements Live<T> {
  readonly id: string;
  readonly handle: string;
  declare readonly data: T;
  readonly version: number;
  readonly expiresAt: number;
  readonly absoluteEnd: number;
  readonly createdAt: number;
  declare readonly authenticatedAt?: number;
  declare readonly user?: string;
  declare readonly device?: string;
  readonly #loaded: Loaded;

  /** @param data undefined: the texts are parsed on first use */
  constructor(id: string, loaded: Loaded, data?: T) {
    const { header } = loaded;
    this.id = id;
    this.handle = header.handle;
    if (data === undefined) makeLazy(this, loaded);
    else this.data = data;
    this.version = header.version;
    this.expiresAt = header.expiresAt;
    this.absoluteEnd = header.absoluteEnd;
    this.createdAt = header.createdAt;
    if (header.authenticatedAt !== undefined) this.authenticatedAt = header.authenticatedAt;
    if (header.user !== undefined) this.user = header.user;
    if (header.device !== undefined) this.device = header.device;
    this.#loaded = loaded;
  }

  /** The printed form: with the data instead of its getter, and without a usable id. */
  [inspect.custom](): object {
    return this.toJSON();
  }

  toJSON(): object {
    return Object.assign({}, this, { id: `${hashId(this.id).slice(0, 8)}… (of its hash)` });
  }

  static behind(live: object): Loaded | undefined {
    return #loaded in live ? live.#loaded : undefined;
  }
}

/** Whether a store has returned this object; false for a copy. */
export function isLiveSession(value: object): boolean {
  return LiveSession.behind(value) !== undefined;
}

/** As it was read. */
export function liveFrom<T extends object>(id: string, loaded: Loaded): Live<T> {
  // The stored data has the caller's own type.
  return new LiveSession(id, loaded, dataOf(loaded.texts) as T);
}

/** The session after a write: its data is parsed on first use, because a caller that has just written it seldom reads it. */
export function writtenFrom<T extends object>(id: string, loaded: Loaded): Live<T> {
  return new LiveSession<T>(id, loaded);
}

function makeLazy<T extends object>(live: LiveSession<T>, loaded: Loaded): void {
  let parsed: T | undefined;
  const plain = (value: T) => ({ value, enumerable: true, configurable: true, writable: true });
  const get = (): T => {
    parsed ??= dataOf(loaded.texts) as T;
    // Fails if the caller has frozen or sealed the object: then it does not change.
    Reflect.defineProperty(live, 'data', plain(parsed));
    return parsed;
  };
  const set = (value: T): void => void Object.defineProperty(live, 'data', plain(value));
  Object.defineProperty(live, 'data', { get, set, enumerable: true, configurable: true });
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for a copy */
export function loadedOf(live: object): Loaded {
  const loaded = LiveSession.behind(live);
  if (loaded === undefined)
    throw invalidArgument(
      'This session was not made by a store: pass on the object that get, create or patch gave, not a copy.',
    );
  return loaded;
}

export function infoOf(header: SessionHeader): SessionInfo {
  const { handle, device, createdAt, seenAt, expiresAt, absoluteEnd } = header;
  return {
    handle,
    ...(device !== undefined && { device }),
    createdAt,
    lastSeenAt: seenAt,
    expiresAt,
    absoluteEnd,
  };
}
