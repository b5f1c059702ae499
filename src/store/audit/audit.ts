import { warningCodes } from '../../errors/codes.ts';
import { notice } from '../../guard/notices.ts';
import type { SessionHeader } from '../backend/session-record.ts';
import { isPointer } from '../backend/life.ts';
import { endedAs } from '../sessions/why.ts';
import type { AuditedEnd, AuditEvent, AuditListener } from './audit-event.ts';

type Named = Pick<SessionHeader, 'handle'>;

/** What an event says by itself. */
type Said = AuditEvent extends infer E ? (E extends AuditEvent ? Omit<E, 'at' | 'store'> : never) : never;

/** The browser of a session that is over may come by often. */
const mostRemembered = 1000;

/** Tells what becomes of sessions. Without a listener nothing is made. */
export class Audit {
  readonly #store: string;
  readonly #listeners = new Set<AuditListener>();
  /** Hashes of sessions whose expiry was told. */
  readonly #over = new Set<string>();

  /** @param store as it stands in the events */
  constructor(store: string) {
    this.#store = store;
  }

  /** @returns what takes it off */
  add(listener: AuditListener): () => void {
    // Each has a place of its own, also where one function is given twice.
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
    if (this.#listeners.size > 0) this.#tell({ kind: 'create', handle });
  }

  loggedIn(handle: string, before: string | undefined): void {
    if (this.#listeners.size > 0) this.#tell({ kind: 'log-in', handle, before });
  }

  rotated({ handle }: Named): void {
    if (this.#listeners.size > 0) this.#tell({ kind: 'rotate', handle });
  }

  ended({ handle }: Named, reason: AuditedEnd['reason']): void {
    if (this.#listeners.size > 0) this.#tell({ kind: 'end', reason, handle });
  }

  endedEverywhere(count: number): void {
    if (this.#listeners.size > 0) this.#tell({ kind: 'end', reason: 'everywhere', count });
  }

  /** Somebody came by a session that is over. */
  foundOver(header: SessionHeader): void {
    if (this.#listeners.size === 0 || header.next !== undefined || isPointer(header)) return;
    if (this.#over.has(header.hash)) return;
    this.#over.add(header.hash);
    const [oldest] = this.#over;
    if (this.#over.size > mostRemembered && oldest !== undefined) this.#over.delete(oldest);
    const { why } = endedAs(header);
    this.ended(header, why === 'absolute' ? why : 'expired');
  }

  #tell(said: Said): void {
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

/** It goes on to get events: what it has missed once is no reason to miss the rest. */
function failed(error: unknown): void {
  notice(warningCodes.sinkFailed, 'A listener for audit events has failed.', error);
}
