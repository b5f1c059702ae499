import { inspect } from 'node:util';
import { hashId } from '../ids/session-id.ts';
import { dataOf } from '../data/field-texts.ts';
import { invalidArgument } from '../../errors/errors.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import type { Live, SessionInfo } from './session-store.ts';
import type { Loaded } from '../sessions/loaded.ts';

/**
 * The data of a session that was just written: parsed on first use, because a caller that has just written it seldom reads it.
 * One description for all sessions: a getter for each would cost more than the rest of the object.
 */
const lazyData: PropertyDescriptor = {
  get(this: object): object {
    const parsed = ReturnedSession.dataOf(this);
    // Fails if the caller has frozen or sealed the object: then it does not change.
    Reflect.defineProperty(this, 'data', plain(parsed));
    return parsed;
  },
  set(this: object, value: object): void {
    Object.defineProperty(this, 'data', plain(value));
  },
  enumerable: true,
  configurable: true,
};

const plain = (value: object): PropertyDescriptor => ({
  value,
  enumerable: true,
  configurable: true,
  writable: true,
});

/**
 * A session that a store returns, with the record behind it. It is a class, because a weak map would slow down every garbage
 * collection.
 */
class ReturnedSession<T extends object> implements Live<T> {
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
  #parsed: object | undefined;

  /** @param data undefined: the texts are parsed on first use */
  constructor(id: string, loaded: Loaded, data?: T) {
    const { header } = loaded;
    this.id = id;
    this.handle = header.handle;
    if (data === undefined) Object.defineProperty(this, 'data', lazyData);
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

  static dataOf(live: object): object {
    if (!(#loaded in live)) throw notMade();
    live.#parsed ??= dataOf(live.#loaded.texts);
    return live.#parsed;
  }

  static behind(live: object): Loaded | undefined {
    return #loaded in live ? live.#loaded : undefined;
  }
}

/** Whether a store has returned this object; false for a copy. */
export function isReturnedSession(value: object): boolean {
  return ReturnedSession.behind(value) !== undefined;
}

/** As it was read. */
export function liveFrom<T extends object>(id: string, loaded: Loaded): Live<T> {
  // The stored data has the caller's own type.
  return new ReturnedSession(id, loaded, dataOf(loaded.texts) as T);
}

/** The session after a write. */
export function writtenFrom<T extends object>(id: string, loaded: Loaded): Live<T> {
  return new ReturnedSession<T>(id, loaded);
}

/** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT for a copy */
export function loadedOf(live: object): Loaded {
  const loaded = ReturnedSession.behind(live);
  if (loaded === undefined) throw notMade();
  return loaded;
}

function notMade(): Error {
  return invalidArgument(
    'This session was not made by a store: pass on the object that get, create or patch gave, not a copy.',
  );
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
