import { warningCodes } from '../../errors/codes.ts';
import { BoundedSet } from '../../platform/bounded.ts';
import { notice } from '../../platform/notices.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import { isAlias } from '../backend/life.ts';
import { type AuditedEnd, type AuditEvent, type AuditListener, endedAs } from './audit-event.ts';
import type { RefusalReason } from '../errors.ts';

type Named = Pick<SessionHeader, 'handle'>;

/** The own fields of an event. */
type Said = AuditEvent extends infer E ? (E extends AuditEvent ? Omit<E, 'at' | 'store'> : never) : never;

/** Emits audit events. Without a listener it creates no events. */
export class Audit {
  readonly #store: string;
  readonly #listeners = new Set<AuditListener>();
  /** Hashes of sessions whose expiry was already emitted: a browser may use an expired session many times. */
  readonly #over = new BoundedSet<string>(1000);

  /** @param store the name of the store in the events */
  constructor(store: string) {
    this.#store = store;
  }

  /** @returns a function that removes it */
  add(listener: AuditListener): () => void {
    // Each call of `add` has its own entry, even if the same function is added twice.
    const own: AuditListener = event => listener(event);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }

  /** A new session is stored. */
  begun({ user, handle }: Pick<SessionHeader, 'user' | 'handle'>): void {
    if (user === undefined) this.created(handle);
    else this.loggedIn(handle, undefined);
  }

  created(handle: string): void {
    if (this.#listeners.size > 0) this.#emit({ kind: 'create', handle });
  }

  loggedIn(handle: string, before: string | undefined): void {
    if (this.#listeners.size > 0) this.#emit({ kind: 'log-in', handle, before });
  }

  rotated({ handle }: Named): void {
    if (this.#listeners.size > 0) this.#emit({ kind: 'rotate', handle });
  }

  reauthenticated({ handle }: Named): void {
    if (this.#listeners.size > 0) this.#emit({ kind: 're-authentication', handle });
  }

  refused(reason: RefusalReason): void {
    if (this.#listeners.size > 0) this.#emit({ kind: 'log-in-refused', reason });
  }

  ended({ handle }: Named, reason: AuditedEnd['reason']): void {
    if (this.#listeners.size > 0) this.#emit({ kind: 'end', reason, handle });
  }

  endedEverywhere(count: number): void {
    if (this.#listeners.size > 0) this.#emit({ kind: 'end', reason: 'everywhere', count });
  }

  /** A request has used a session that is over. */
  foundOver(header: SessionHeader): void {
    if (this.#listeners.size === 0 || header.successor !== undefined || isAlias(header)) return;
    if (this.#over.has(header.hash)) return;
    this.#over.add(header.hash);
    const { reason } = endedAs(header);
    this.ended(header, reason === 'absolute' ? reason : 'expired');
  }

  #emit(said: Said): void {
    const event: AuditEvent = { at: Date.now(), store: this.#store, ...said };
    for (const listener of this.#listeners) {
      try {
        contain(listener(event));
      } catch (error) {
        failed(error);
      }
    }
  }
}

/** A listener may be an async function. */
function contain(result: unknown): void {
  if (result instanceof Promise) result.catch(failed);
}

/** The listener still gets later events: one failure is not a reason to miss them. */
function failed(error: unknown): void {
  notice(warningCodes.sinkFailed, 'A listener for audit events has failed.', error);
}
