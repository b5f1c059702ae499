import { processWide } from '../guard/process-wide.ts';
import type { AuditListener } from './audit/audit-event.ts';
import { hashId } from './ids/hash-id.ts';
import { keyOfId, mintId, randomTag } from './ids/session-id.ts';
import { textsOf } from './data/field-texts.ts';
import { refuseTooLarge } from './data/size-limit.ts';
import { create, newSession } from './sessions/create.ts';
import { destroy } from './sessions/destroy.ts';
import { destroyAll, destroyByHandle } from './sessions/destroy-many.ts';
import { keepNewest } from './sessions/keep-newest.ts';
import { liveOf } from './sessions/list.ts';
import { load } from './sessions/load.ts';
import { admit, beginLogIn } from './sessions/log-in.ts';
import type { Parts } from './sessions/parts.ts';
import { patch } from './sessions/patch.ts';
import { rotate } from './sessions/rotate.ts';
import { patienceOf } from './sessions/too-busy.ts';
import { update } from './sessions/update.ts';
import { endedForUnknownReason } from './sessions/why.ts';
import { abortable } from './calls/abortable.ts';
import { afterWrite } from './calls/after-write.ts';
import {
  checkCreate,
  checkDestroyAll,
  checkFunction,
  checkGet,
  checkHandle,
  checkId,
  checkListener,
  checkLive,
  checkPatch,
  checkRotate,
  checkUser,
} from './options/check-arguments.ts';
import { checkData } from './options/check-data.ts';
import type { LifeCut } from './options/life-cut.ts';
import { newHandle, newVersion } from './ids/names.ts';
import { infoOf, liveFrom, loadedOf, writtenFrom } from './live.ts';
import { successorOf } from './sessions/successor.ts';
import type {
  CreateOptions,
  Ended,
  GetOptions,
  Live,
  LogIn,
  PatchOptions,
  RotateOptions,
  SessionInfo,
  SessionStore,
} from './session-store.ts';

/** The store as its users see it: ids and data; below are keys and texts. */
export class GuardedStore<T extends object> implements SessionStore<T> {
  readonly #parts: Parts;
  readonly #commands: () => string;

  constructor(parts: Parts, commands: () => string) {
    this.#parts = parts;
    this.#commands = commands;
    partsOfStores.set(this, parts);
  }

  async beginLogIn(user: string): Promise<LogIn> {
    return beginLogIn(this.#parts, checkUser(user));
  }

  async create(data: T, options: CreateOptions = {}): Promise<Live<T>> {
    const parts = this.#parts;
    const fields = textsOf(checkData(data));
    const { user, device, login, authenticatedAt, ...life } = checkCreate(options);
    refuseTooLarge(parts.settings.maxBytes, fields);
    tellLifeCut(parts.lifeCut, options);
    const tag = user === undefined ? randomTag() : parts.tags.newest(user);
    const admission = user === undefined ? {} : await admit(parts, user, tag, { login, authenticatedAt });
    const id = mintId(tag);
    const key = { tag, hash: hashId(id) };
    const own = { user, device, fields, handle: newHandle(), version: newVersion(), ...admission, ...life };
    const header = await create(parts, newSession(parts, key, own));
    parts.audit.begun(header);
    return writtenFrom<T>(id, { key, header, texts: fields });
  }

  async get(id: string | undefined, options: GetOptions = {}): Promise<Live<T> | null> {
    const { refresh = true, signal } = checkGet(options);
    checkId(id, 'get');
    const key = keyOfId(id);
    if (id === undefined || key === undefined) return null;
    signal?.throwIfAborted();
    const found = load(this.#parts, key, { refresh });
    const loaded = await (signal === undefined ? found : abortable(found, signal));
    return loaded === undefined ? null : liveFrom<T>(id, loaded);
  }

  async patch(session: Live<T>, set: Partial<T>, options: PatchOptions<T> = {}): Promise<Live<T> | Ended> {
    const { unset, conflict } = checkPatch(options);
    const texts = textsOf(checkData(set));
    const dropped = Object.keys(set).filter(name => !texts.has(name));
    const saved = await patch(this.#parts, loadedOf(checkLive(session)), {
      set: texts,
      // What is undefined is a field that is removed, as it would be in JSON.
      unset: [...unset, ...dropped],
      conflict,
    });
    return 'ended' in saved ? saved : writtenFrom<T>(session.id, saved);
  }

  async update(id: string, change: (data: T) => T | Promise<T>): Promise<Live<T> | Ended> {
    checkId(id, 'update');
    checkFunction(change);
    const key = keyOfId(id);
    if (key === undefined) return endedForUnknownReason;
    // What is stored is what the caller's own type has put there.
    const changed = await update(this.#parts, key, data => change(data as T));
    return 'ended' in changed ? changed : writtenFrom<T>(id, changed);
  }

  async rotate(session: Live<T>, options: RotateOptions = {}): Promise<Live<T> | Ended> {
    const parts = this.#parts;
    const from = loadedOf(checkLive(session));
    const { graceMS, ...who } = checkRotate(options, from.header.user);
    const { user } = who;
    const { id, to } = await successorOf(parts, from, who);
    const rotated = await rotate(parts, from, { to, graceMS, until: patienceOf(parts) });
    if (rotated === undefined) return endedForUnknownReason;
    if (user === undefined) parts.audit.rotated(rotated.header);
    else {
      parts.audit.loggedIn(rotated.header.handle, from.header.handle);
      await afterWrite(() => keepNewest(parts, user));
    }
    return writtenFrom<T>(id, rotated);
  }

  async destroy(id: string | undefined): Promise<boolean> {
    checkId(id, 'destroy');
    const key = keyOfId(id);
    return key !== undefined && destroy(this.#parts, key, { reason: 'logged out' });
  }

  async list(user: string): Promise<readonly SessionInfo[]> {
    const sessions = await liveOf(this.#parts, checkUser(user));
    return sessions.map(({ header }) => infoOf(header)).toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
  }

  async destroyByHandle(user: string, handle: string): Promise<boolean> {
    return destroyByHandle(this.#parts, checkUser(user), checkHandle(handle));
  }

  async destroyAll(user: string, options: { readonly except?: string | undefined } = {}): Promise<number> {
    return destroyAll(this.#parts, checkUser(user), checkDestroyAll(options));
  }

  onAudit(listener: AuditListener): () => void {
    checkListener(listener);
    return this.#parts.audit.add(listener);
  }

  setUp(): Promise<void> {
    return this.#parts.calls.setUp();
  }

  setUpCommands(): string {
    return this.#commands();
  }
}

function tellLifeCut(lifeCut: LifeCut, { idleSeconds = 0, absoluteSeconds }: CreateOptions): void {
  const absoluteMS = absoluteSeconds === undefined ? undefined : absoluteSeconds * 1000;
  lifeCut.tell('An idleSeconds of create', idleSeconds * 1000, absoluteMS);
}

/** An adapter may be of another copy of this package than the store. */
const partsOfStores = processWide('parts of stores', () => new WeakMap<object, Parts>());

/** For the adapters of frameworks, which make ids of their own. */
export function partsOf(store: object): Parts | undefined {
  return partsOfStores.get(store);
}
