import type { SessionParticipant } from '../guard/session-participants.ts';
import type { DocumentInside } from './mongoose-types.ts';

/** The documents that a transaction runner has deleted: mongoose 8 does not restore that they are not deleted. */
export class Deletions implements SessionParticipant {
  readonly #bySession = new WeakMap<object, Set<DocumentInside>>();

  begin(session: object): void {
    this.#bySession.set(session, new Set());
  }

  /** Only noted where a transaction runner restores documents. */
  add(session: unknown, document: DocumentInside): void {
    if (typeof session === 'object' && session !== null) this.#bySession.get(session)?.add(document);
  }

  undo(session: object): void {
    for (const document of this.#bySession.get(session) ?? []) document.$isDeleted?.(false);
  }

  end(session: object): void {
    this.#bySession.delete(session);
  }
}
