import { inspect } from 'node:util';
import { hashId } from './ids/hash-id.ts';
import { dataOf } from './data/field-texts.ts';
import { invalidArgument } from '../errors/errors.ts';
import type { SessionHeader } from './backend/session-record.ts';
import type { Live, SessionInfo } from './session-store.ts';
import type { Loaded } from './sessions/loaded.ts';

/** What a store hands out, with what it was made of behind it. A class: a weak map would burden every collection of garbage. */
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

  /** @param data undefined: to be parsed when they are asked for */
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

  /** With its data, in place of their getter. What is printed and logged has no id that could be used. */
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

/** Whether it is one that a store has handed out, and no copy. */
export function isLiveSession(value: object): boolean {
  return LiveSession.behind(value) !== undefined;
}

/** As it was read. */
export function liveFrom<T extends object>(id: string, loaded: Loaded): Live<T> {
  // What is stored is what the caller's own type has put there.
  return new LiveSession(id, loaded, dataOf(loaded.texts) as T);
}

/** As it was written: its data are parsed when somebody asks, since who has written them seldom does. */
export function writtenFrom<T extends object>(id: string, loaded: Loaded): Live<T> {
  return new LiveSession<T>(id, loaded);
}

function makeLazy<T extends object>(live: LiveSession<T>, loaded: Loaded): void {
  let parsed: T | undefined;
  const plain = (value: T) => ({ value, enumerable: true, configurable: true, writable: true });
  const get = (): T => {
    parsed ??= dataOf(loaded.texts) as T;
    // Refused where the caller has frozen or sealed it: then it stays as it is.
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
      'This session was not made by a store: hand on the object that get, create or patch gave, not a copy.',
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
