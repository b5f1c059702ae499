import { processWide } from '../../platform/process-wide.ts';
import { type AuditListener, endedForUnknownReason } from '../audit/audit-event.ts';
import { conflict as conflictError } from '../errors.ts';
import { hashId, keyOfId, mintId, randomUserKey } from '../ids/session-id.ts';
import { textsOf, checkData } from '../data/field-texts.ts';
import { refuseTooLarge } from '../data/size-limit.ts';
import { create, newSession } from '../operations/create.ts';
import { destroy } from '../operations/destroy.ts';
import { destroyAll, destroyByHandle } from '../operations/destroy-many.ts';
import { keepNewest } from '../operations/keep-newest.ts';
import { liveSessionsOf } from '../operations/list.ts';
import { load } from '../operations/load.ts';
import { admit, beginLogIn, auditingRefusal } from '../sessions/log-in.ts';
import { type StoreContext, patienceOf } from '../sessions/store-context.ts';
import { patch } from '../operations/patch.ts';
import { rotate } from '../operations/rotate.ts';
import { save } from '../sessions/save.ts';
import { update } from '../operations/update.ts';
import { abortable } from '../../platform/time/timed-calls.ts';
import { afterWrite } from '../requests/after-write.ts';
import {
  type CheckedCreate,
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
  checkUserOf,
} from './check-arguments.ts';
import type { Fields } from '../backend/session-record.ts';
import type { LifeCut } from '../options/life-cut.ts';
import { newHandle, newVersion } from '../ids/random.ts';
import { infoOf, liveFrom, loadedOf, writtenFrom } from './returned-session.ts';
import { successorOf } from '../sessions/successor.ts';
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

/** The store as its users see it: with ids and data. The layers below use keys and texts. */
export class GuardedStore<T extends object> implements SessionStore<T> {
  readonly #context: StoreContext;
  readonly #commands: () => string;

  constructor(context: StoreContext, commands: () => string) {
    this.#context = context;
    this.#commands = commands;
    contextsOfStores.set(this, context);
  }

  async beginLogIn(user: string): Promise<LogIn> {
    return beginLogIn(this.#context, checkUser(user));
  }

  async create(data: T, options: CreateOptions = {}): Promise<Live<T>> {
    const context = this.#context;
    const fields = textsOf(checkData(data));
    const wanted = checkCreate(options);
    refuseTooLarge(context.settings.maxBytes, fields);
    warnOfLifeCut(context.lifeCut, options);
    return auditingRefusal(context, this.#create(fields, wanted));
  }

  async #create(fields: Fields, wanted: CheckedCreate): Promise<Live<T>> {
    const context = this.#context;
    const { user } = wanted;
    const userKey = user === undefined ? randomUserKey() : context.userKeys.newest(user);
    const admission = user === undefined ? undefined : await admit(context, user, userKey, wanted);
    const id = mintId(userKey);
    const key = { userKey, hash: hashId(id) };
    const header = await create(
      context,
      newSession(context, key, {
        user,
        device: wanted.device,
        fields,
        handle: newHandle(),
        version: newVersion(),
        authenticatedAt: admission?.authenticatedAt,
        epoch: admission?.epoch,
        idleMS: wanted.idleMS,
        expiresInMS: wanted.idleMS,
        absoluteEnd: wanted.absoluteEnd,
      }),
    );
    context.audit.begun(header);
    return writtenFrom<T>(id, { key, header, texts: fields });
  }

  async get(id: string | undefined, options: GetOptions = {}): Promise<Live<T> | null> {
    const { refresh = true, signal } = checkGet(options);
    checkId(id, 'get');
    const key = keyOfId(id);
    if (id === undefined || key === undefined) return null;
    signal?.throwIfAborted();
    const found = load(this.#context, key, { refresh });
    const loaded = await (signal === undefined ? found : abortable(found, signal));
    return loaded === undefined ? null : liveFrom<T>(id, loaded);
  }

  async patch(session: Live<T>, set: Partial<T>, options?: PatchOptions<T>): Promise<Live<T> | Ended> {
    const { unset, conflict } = checkPatch(options);
    const texts = textsOf(checkData(set));
    const dropped = Object.keys(set).filter(name => !texts.has(name));
    const saved = await patch(this.#context, loadedOf(checkLive(session, 'patch')), {
      set: texts,
      // An undefined field is removed, as in JSON.
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
    // The stored data has the caller's own type.
    const changed = await update(this.#context, key, data => change(data as T));
    return 'ended' in changed ? changed : writtenFrom<T>(id, changed);
  }

  async rotate(session: Live<T>, options: RotateOptions = {}): Promise<Live<T> | Ended> {
    const context = this.#context;
    const from = loadedOf(checkLive(session, 'rotate'));
    const { graceMS, ...who } = checkRotate(options, from.header.user);
    const { user } = who;
    const { id, to } = await auditingRefusal(context, successorOf(context, from, who));
    const plan = { to, graceMS, isLogIn: user !== undefined, until: patienceOf(context) };
    const rotated = await rotate(context, from, plan);
    if (rotated === 'ended') return endedForUnknownReason;
    if (rotated === 'other user')
      throw conflictError(
        'The session got another user while it was given a new id, so it keeps its id. Read the session again.',
      );
    if (user === undefined) context.audit.rotated(rotated.header);
    else {
      context.audit.loggedIn(rotated.header.handle, from.header.handle);
      await afterWrite(() => keepNewest(context, user));
    }
    return writtenFrom<T>(id, rotated);
  }

  async confirmAuthentication(session: Live<T>): Promise<Live<T> | Ended> {
    const context = this.#context;
    const known = loadedOf(checkLive(session, 'confirmAuthentication'));
    checkUserOf(known.header);
    const saved = await save(context, known, { authenticated: true });
    if (saved.outcome !== 'saved') return saved.outcome === 'ended' ? saved.answer : endedForUnknownReason;
    context.audit.reauthenticated(saved.loaded.header);
    return writtenFrom<T>(session.id, saved.loaded);
  }

  async destroy(id: string | undefined): Promise<boolean> {
    checkId(id, 'destroy');
    const key = keyOfId(id);
    return key !== undefined && destroy(this.#context, key, { reason: 'logged out' });
  }

  async list(user: string): Promise<readonly SessionInfo[]> {
    const sessions = await liveSessionsOf(this.#context, checkUser(user));
    return sessions.map(({ header }) => infoOf(header)).toSorted((a, b) => b.lastSeenAt - a.lastSeenAt);
  }

  async destroyByHandle(user: string, handle: string): Promise<boolean> {
    return destroyByHandle(this.#context, checkUser(user), checkHandle(handle));
  }

  async destroyAll(user: string, options: { readonly except?: string | undefined } = {}): Promise<number> {
    return destroyAll(this.#context, checkUser(user), checkDestroyAll(options));
  }

  onAudit(listener: AuditListener): () => void {
    checkListener(listener);
    return this.#context.audit.add(listener);
  }

  setUp(): Promise<void> {
    return this.#context.calls.setUp();
  }

  setUpCommands(): string {
    return this.#commands();
  }
}

function warnOfLifeCut(lifeCut: LifeCut, { idleSeconds = 0, absoluteSeconds }: CreateOptions): void {
  const absoluteMS = absoluteSeconds === undefined ? undefined : absoluteSeconds * 1000;
  lifeCut.warn('An idleSeconds of create', idleSeconds * 1000, absoluteMS);
}

/** An adapter may belong to another copy of this package than the store. */
const contextsOfStores = processWide('contexts of stores', () => new WeakMap<object, StoreContext>());

/** For the adapters of frameworks, which make their own ids. */
export function contextOf(store: object): StoreContext | undefined {
  return contextsOfStores.get(store);
}
