import { hiddenField } from '../../platform/hidden-field.ts';
import { BoundedSet } from '../../platform/bounded.ts';
import { invalidArgument } from '../../errors/errors.ts';
import { contextOf } from '../api/guarded-store.ts';
import { keyOfAnyId } from '../ids/session-id.ts';
import { notLoggedIn } from '../errors.ts';
import { confirmAuthentication, requireUser } from './log-in/authentication.ts';
import { PendingLogIns } from './shared/pending-log-ins.ts';
import { type CookieLife, cookieLifeOf, expiresOf } from './shared/cookie-life.ts';
import { createSession } from './session/create-session.ts';
import { endSession } from './session/end-session.ts';
import { findSession } from './session/find-session.ts';
import type { FrameworkContext } from './shared/framework-context.ts';
import type { Emitter } from './shared/framework-events.ts';
import { checkFrameworkOptions, type FrameworkStoreOptions } from './shared/framework-options.ts';
import { type Held, holding } from './shared/held.ts';
import { auditingRefusal } from '../sessions/log-in.ts';
import { GuardedLogIns } from './shared/guarded-log-ins.ts';
import { KnownIds } from './known-ids.ts';
import { ObjectMutex } from '../../platform/mutex.ts';
import { mayBegin, replaceSession } from './session/replace-session.ts';
import { Reports } from './shared/reports.ts';
import { isUnchanged, refreshSession } from './session/refresh-session.ts';
import { renewId, type Renewal, renewOldId, type StandIn, usualGraceMS } from './session/renew-id.ts';
import { saveKnown } from './session/save-known.ts';
import { sessionData } from './shared/session-texts.ts';
import { type Snapshot, snapshotOf, type Snapshots } from './shared/snapshots.ts';

/** The origin of a session object that the store does not know yet. */
export type Origin = 'made by the framework' | 'foreign';

interface Adapter<S> {
  /** The name in messages. */
  readonly name: string;
  readonly sessions: object;
  readonly options: FrameworkStoreOptions<S>;
  readonly emitter: Emitter;
  readonly snapshots: Snapshots;
}

/** The session objects of a framework over a store. */
export class FrameworkSessions {
  readonly framework: FrameworkContext;
  readonly #turns = new ObjectMutex();
  /** The id of the session that is being replaced. */
  #replaced: unknown;

  /** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION */
  constructor({ name, sessions, options, emitter, snapshots }: Adapter<never>) {
    const context = contextOf(sessions);
    if (context === undefined)
      throw invalidArgument(`${name} takes the store that sessionStore() gives: new ${name}(sessions).`);
    const settings = checkFrameworkOptions(options, name, context.settings);
    if (settings.migrateFrom !== undefined) context.markLife.reach(settings.migrateFrom.until.getTime());
    this.framework = {
      context,
      settings,
      snapshots,
      known: new KnownIds(),
      pendingLogIns: new PendingLogIns(),
      guardedLogIns: new GuardedLogIns(),
      made: hiddenField(),
      creating: new Map(),
      superseded: new BoundedSet(10_000),
      reports: new Reports(emitter, settings),
    };
  }

  /** @returns the data for the framework's session, and its snapshot */
  async get(id: string): Promise<{ data: Record<string, unknown>; snapshot: Snapshot } | undefined> {
    const key = keyOfAnyId(id);
    const found = key && (await findSession(this.framework, id, key));
    if (found === undefined) return undefined;
    const { loaded, leftMS } = found;
    const data = sessionData(loaded.texts, leftMS);
    const snapshot = snapshotOf(loaded, { texts: loaded.texts, expires: expiresOf(data['cookie']) }, leftMS);
    return { data, snapshot };
  }

  /**
   * For a framework that may still save under an id for which it got no session, as Fastify does with a session that is
   * reloaded after its end.
   */
  noteMissing(id: string): void {
    const key = keyOfAnyId(id);
    if (key !== undefined && !mayBegin(this.framework, id)) this.framework.known.end(key.hash);
  }

  /**
   * For a framework that does not save unchanged sessions: then a read is a use. If the cookie sets an end, this end does not
   * move.
   * @param holder the object that has the snapshot
   * @returns false if the session has ended meanwhile
   */
  async use(id: string, { cookie }: { readonly cookie?: unknown }, holder: object): Promise<boolean> {
    const snapshot = this.framework.snapshots.of(holder);
    const life = cookieLifeOf(cookie);
    if (snapshot === undefined || life.kind !== 'of the store') return true;
    return refreshSession(this.framework, holder, { snapshot, held: { id, life }, during: 'touch' });
  }

  async save(id: string, session: object, origin: Origin, device?: string): Promise<void> {
    const { framework } = this;
    const held = holding(id, session, framework.settings.userOf);
    this.warnOfLifeCut(held.life);
    await this.#turns.run(session, () =>
      framework.guardedLogIns.unlessRefused(session, held.user, {
        save: () => auditingRefusal(framework.context, this.#saveHeld(session, held, origin, device)),
        refused: () => framework.reports.ended('save', 'unknown', this.handleOf(session)),
      }),
    );
  }

  #saveHeld(session: object, held: Held, origin: Origin, device: string | undefined): Promise<void> {
    const { framework } = this;
    const snapshot = this.#snapshotOf(session, held.key.hash);
    if (snapshot !== undefined) return saveKnown(framework, session, { snapshot, held, during: 'save' });
    if (origin === 'foreign') return replaceSession(framework, session, held);
    return createSession(framework, session, held, device);
  }

  /** True if there is nothing to write and nothing in flight: then no answer has to be awaited. */
  isSettled(id: string, session: object): boolean {
    const { framework } = this;
    const { settings } = framework;
    const hash = keyOfAnyId(id)?.hash;
    const snapshot = hash === undefined ? undefined : this.#snapshotOf(session, hash);
    if (snapshot === undefined || this.#turns.isTaken(session)) return false;
    return isUnchanged(framework, snapshot, holding(id, session, settings.userOf));
  }

  async touch(id: string, session: object): Promise<void> {
    const { framework } = this;
    const held = holding(id, session, undefined);
    await this.#turns.run(session, async () => {
      const snapshot = this.#snapshotOf(session, held.key.hash) ?? (await this.get(id))?.snapshot;
      if (snapshot === undefined) return framework.reports.ended('touch', 'unknown', undefined);
      return saveKnown(framework, session, { snapshot, held, during: 'touch' });
    });
  }

  async destroy(id: string): Promise<boolean> {
    const key = keyOfAnyId(id);
    const reason = id === this.#replaced ? 'replaced' : 'logged out';
    return key !== undefined && endSession(this.framework, id, key, reason);
  }

  /** @param ends in this call the framework ends a session synchronously, and replaces it by another one */
  replacing(id: unknown, ends: () => void): void {
    this.#replaced = id;
    try {
      ends();
    } finally {
      this.#replaced = undefined;
    }
  }

  /** For a framework that first creates the new session, and then ends the old one. */
  replacesNext(id: unknown): void {
    this.#replaced = id;
    queueMicrotask(() => {
      if (this.#replaced === id) this.#replaced = undefined;
    });
  }

  /** Warns about a cookie that lasts longer than its session. */
  warnOfLifeCut(life: CookieLife): void {
    const idleMS = life.kind === 'rolling' ? life.idleMS : life.kind === 'fixed' ? life.expiresInMS : 0;
    this.framework.context.lifeCut.warn("The maxAge of a session's cookie", idleMS);
  }

  /** @param userOf returns the user of a request, if it is known before the password is checked */
  beginLogIn(request: object, userOf: ((request: never) => unknown) | undefined): Promise<void> {
    const { guardedLogIns, context } = this.framework;
    return guardedLogIns.begin(context, request, userOf);
  }

  handleOf(session: unknown): string | undefined {
    return this.knownOf(session)?.loaded.header.handle;
  }

  /** The snapshot of a request's session, if it was ever stored. */
  knownOf(session: unknown): Snapshot | undefined {
    return typeof session === 'object' && session !== null ? this.framework.snapshots.of(session) : undefined;
  }

  /** @returns the session object with the new id, if it got one */
  async renewOldId(
    session: unknown,
    renewal: Renewal,
    standIn: (id: string) => StandIn,
  ): Promise<object | undefined> {
    if (typeof session !== 'object' || session === null) return undefined;
    return renewOldId(this.framework, session, renewal, standIn);
  }

  /** True if the cookie of this id must not be set again: the browser has a newer cookie, or is about to get it. */
  isSuperseded(id: unknown): boolean {
    const { superseded } = this.framework;
    if (superseded.size === 0) return false;
    const key = keyOfAnyId(id);
    return key !== undefined && superseded.has(key.hash);
  }

  /** The session gets a new id: the previous id gets no new rights. @returns as `renewOldId` */
  async confirmAuthentication(
    session: unknown,
    standIn: (id: string) => StandIn,
  ): Promise<object | undefined> {
    const { framework } = this;
    if (typeof session !== 'object' || session === null) throw notLoggedIn();
    return this.#turns.run(session, async () => {
      requireUser(this.knownOf(session));
      const renewed = await renewId(framework, session, usualGraceMS, standIn);
      await confirmAuthentication(framework, renewed ?? session);
      return renewed;
    });
  }

  /** A snapshot with another id was copied, and does not belong to this session. */
  #snapshotOf(session: object, hash: string): Snapshot | undefined {
    const snapshot = this.framework.snapshots.of(session);
    return snapshot?.loaded.key.hash === hash ? snapshot : undefined;
  }
}
