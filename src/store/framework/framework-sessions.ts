import { invalidArgument } from '../../errors/errors.ts';
import { partsOf } from '../guarded-store.ts';
import { keyOfAnyId } from '../ids/session-id.ts';
import { Births } from './births.ts';
import { type CookieLife, lifeOf } from './cookie-life.ts';
import { createSession } from './create-session.ts';
import { endSession } from './end-session.ts';
import { findSession } from './find-session.ts';
import type { Framework } from './framework.ts';
import type { Emitter } from './framework-events.ts';
import { checkFrameworkOptions, type FrameworkStoreOptions } from './framework-options.ts';
import { type Held, holding } from './held.ts';
import { LogInFences } from './log-in-fences.ts';
import { KnownIds } from './known-ids.ts';
import { ObjectTurns } from './object-turns.ts';
import { mayBegin, replaceSession } from './replace-session.ts';
import { Reports } from './reports.ts';
import { isUnchanged, refreshSession } from './refresh-session.ts';
import { saveKnown } from './save-known.ts';
import { sessionData } from './session-texts.ts';
import { type Snapshot, snapshotOf, type Snapshots } from './snapshots.ts';

/** Where a session object comes from that the store does not know yet. */
export type Origin = 'made by the framework' | 'foreign';

interface Adapter<S> {
  /** As it stands in messages. */
  readonly name: string;
  readonly sessions: object;
  readonly options: FrameworkStoreOptions<S>;
  readonly emitter: Emitter;
  readonly snapshots: Snapshots;
}

/** The session objects of a framework over a store. */
export class FrameworkSessions {
  readonly framework: Framework;
  readonly #turns = new ObjectTurns();
  /** The id of the session that is being replaced by another one. */
  #replaced: unknown;

  /** @throws SessionGuardError ERR_SESSION_GUARD_INVALID_ARGUMENT, ERR_SESSION_GUARD_INVALID_OPTION */
  constructor({ name, sessions, options, emitter, snapshots }: Adapter<never>) {
    const parts = partsOf(sessions);
    if (parts === undefined)
      throw invalidArgument(`${name} takes the store that sessionStore() gives: new ${name}(sessions).`);
    const settings = checkFrameworkOptions(options, name, parts.settings);
    if (settings.migrateFrom !== undefined) parts.fenceLife.reach(settings.migrateFrom.until.getTime());
    this.framework = {
      parts,
      settings,
      snapshots,
      known: new KnownIds(),
      births: new Births(),
      fences: new LogInFences(),
      made: new WeakSet(),
      creating: new Map(),
      reports: new Reports(emitter, settings),
    };
  }

  /** @returns what the framework makes its session of, and what is known of it */
  async get(id: string): Promise<{ data: Record<string, unknown>; snapshot: Snapshot } | undefined> {
    const key = keyOfAnyId(id);
    const found = key && (await findSession(this.framework, id, key));
    if (found === undefined) return undefined;
    const { loaded, leftMS } = found;
    const snapshot = snapshotOf(loaded, { texts: loaded.texts, expires: undefined }, leftMS);
    return { data: sessionData(loaded.texts, leftMS), snapshot };
  }

  /**
   * For a framework that may go on to save under an id for which it was given no session, as one of Fastify does that is reloaded
   * after its end.
   */
  noteMissing(id: string): void {
    const key = keyOfAnyId(id);
    if (key !== undefined && !mayBegin(this.framework, id)) this.framework.known.end(key.hash);
  }

  /**
   * For a framework that does not save what has not changed: a read is a use then. Where the cookie sets an end, the framework is
   * to keep it.
   * @param holder what has the snapshot
   * @returns false if the session has ended meanwhile
   */
  async use(id: string, { cookie }: { readonly cookie?: unknown }, holder: object): Promise<boolean> {
    const snapshot = this.framework.snapshots.of(holder);
    const life = lifeOf(cookie);
    if (snapshot === undefined || life.kind !== 'of the store') return true;
    return refreshSession(this.framework, holder, { snapshot, held: { id, life }, during: 'touch' });
  }

  async save(id: string, session: object, origin: Origin, device?: string): Promise<void> {
    const { framework } = this;
    const held = holding(id, session, framework.settings.userOf);
    this.tellLifeCut(held.life);
    await this.#turns.take(session, () =>
      framework.fences.unlessRefused(session, held.user, {
        save: () => this.#saveHeld(session, held, origin, device),
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

  /** Whether there is nothing to write at the moment, and nothing on its way: then no answer has to be waited for. */
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
    await this.#turns.take(session, async () => {
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

  /** @param ends the framework ends a session in it, at once, in whose place it puts another one */
  replacing(id: unknown, ends: () => void): void {
    this.#replaced = id;
    try {
      ends();
    } finally {
      this.#replaced = undefined;
    }
  }

  /** For a framework that makes the new session, and ends the old one right after that. */
  replacesNext(id: unknown): void {
    this.#replaced = id;
    queueMicrotask(() => {
      if (this.#replaced === id) this.#replaced = undefined;
    });
  }

  /** A cookie that says more than its session lives. */
  tellLifeCut(life: CookieLife): void {
    const idleMS = life.kind === 'rolling' ? life.idleMS : life.kind === 'fixed' ? life.expiresInMS : 0;
    this.framework.parts.lifeCut.tell("The maxAge of a session's cookie", idleMS);
  }

  /** @param userOf the user of a request, where it is known before the password is checked */
  beginLogIn(request: object, userOf: ((request: never) => unknown) | undefined): Promise<void> {
    const { fences, parts } = this.framework;
    return fences.begin(parts, request, userOf);
  }

  handleOf(session: unknown): string | undefined {
    if (typeof session !== 'object' || session === null) return undefined;
    return this.framework.snapshots.of(session)?.loaded.header.handle;
  }

  /** One of another id was copied, and is not this session's. */
  #snapshotOf(session: object, hash: string): Snapshot | undefined {
    const snapshot = this.framework.snapshots.of(session);
    return snapshot?.loaded.key.hash === hash ? snapshot : undefined;
  }
}
