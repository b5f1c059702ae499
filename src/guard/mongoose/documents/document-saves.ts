import { safely } from '../../../platform/failures.ts';
import { hiddenField } from '../../../platform/hidden-field.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { addParticipant, type SessionParticipant } from '../../runtime/process/libraries.ts';
import { replaceMethod } from '../../driver/copies/replace-method.ts';
import { currentCall } from '../../scope/lookup.ts';
import type { DocumentChanges, Site } from '../../events/events.ts';
import { siteOfCall } from '../calls/call-site.ts';
import type { KeptDocuments } from './document-states.ts';
import { liveSessionIn } from '../calls/live-session-in.ts';
import type { DocumentInside, MongooseInside } from '../mongoose-types.ts';
import { changedPaths, SentDocument } from './sent-document.ts';
import { hasSession } from '../calls/subjects.ts';

/** The documents that a transaction runner has deleted: mongoose 8 does not reset their deleted state after a rollback. */
export class Deletions implements SessionParticipant {
  readonly #bySession = hiddenField<object, Set<DocumentInside> | 'none yet' | undefined>();

  begin(session: object): void {
    this.#bySession.set(session, 'none yet');
  }

  /** Only recorded if a transaction runner restores documents. */
  add(session: unknown, document: DocumentInside): void {
    if (typeof session !== 'object' || session === null) return;
    const known = this.#bySession.get(session);
    if (known === 'none yet') this.#bySession.set(session, new Set([document]));
    else known?.add(document);
  }

  undo(session: object): void {
    const known = this.#bySession.get(session);
    if (known instanceof Set) for (const document of known) document.$isDeleted?.(false);
  }

  end(session: object): void {
    this.#bySession.set(session, undefined);
  }
}

type Method = (this: DocumentInside, ...args: unknown[]) => unknown;

const nothing: DocumentChanges = { inserted: false, deleted: false, paths: [] };
const insertion: DocumentChanges = { inserted: true, deleted: false, paths: [] };
const deletion: DocumentChanges = { inserted: false, deleted: true, paths: [] };

/**
 * Observes the changes of a document that mongoose sends in a transaction, and the changes that it leaves out because it takes
 * the document for saved. It relies on `$__delta`, which mongoose 8 and 9 call for the update of each save of an existing
 * document.
 */
export function patchSaves({ Model, Document }: MongooseInside, kept: KeptDocuments | undefined): SaveWatch {
  const watch = new SaveWatch(kept);
  // Up to mongoose 8.4 it is a method of models, later of all documents.
  const { prototype } = '$__delta' in Document.prototype ? Document : Model;
  replaceMethod<Method>(prototype, '$__delta', original => {
    return function $__delta(...args) {
      const delta = original.apply(this, args);
      safely(() => watch.update(this, delta));
      return delta;
    };
  });
  replaceMethod<Method>(Model.prototype, 'deleteOne', original => {
    return function deleteOne(...args) {
      safely(() => watch.delete(this, args, deleteOne));
      return original.apply(this, args);
    };
  });
  return watch;
}

export class SaveWatch {
  readonly #documents = hiddenField<object, SentDocument | undefined>();
  readonly #deletions = new Deletions();
  readonly #kept: KeptDocuments | undefined;

  constructor(kept: KeptDocuments | undefined) {
    this.#kept = kept;
    addParticipant(this.#deletions);
  }

  /** Called before `save`, with the session of the call. */
  beforeSave(document: DocumentInside, session: unknown): void {
    const live = inTransaction(session);
    // A save outside a transaction stores the document, whatever was sent before.
    if (live === undefined) this.#forget(document);
    else if (document.$isNew === true) {
      const sent = this.#sentOf(document);
      publish(live, document, { sent, sends: insertion, leavesOut: nothing });
      sent.inserted = true;
    }
  }

  /** Called with the update that mongoose has made from the document's changes. */
  update(document: DocumentInside, delta: unknown): void {
    // `getChanges` also calls this function, but saves nothing.
    // oxlint-disable-next-line no-underscore-dangle
    if (!document.$__?.saving) return;
    const session = document.$session?.();
    const live = inTransaction(session);
    if (live === undefined) return;
    const paths = changedPaths(document, delta);
    // A runner that is only observed restores documents exactly as it does without the guard.
    if (live.runner?.wanted.restoresObjects === true) this.#kept?.addPaths(session, document, paths);
    const sent = this.#sentOf(document);
    const sends = { inserted: false, deleted: false, paths: sent.namesOf(document, paths) };
    const leftOut = sent.namesOf(document, sent.leftOut(document, paths));
    const leavesOut = { inserted: sent.inserted, deleted: false, paths: leftOut };
    publish(live, document, { sent, sends, leavesOut, site: currentCall()?.site });
    sent.update(document, paths);
  }

  /** Called before `deleteOne` of a document; `below` is that function. */
  delete(document: DocumentInside, args: readonly unknown[], below: Method): void {
    const [options] = args;
    const session = hasSession(options) ? options.session : document.$session?.();
    const live = inTransaction(session);
    if (live === undefined) return;
    const deleted = document.$isDeleted?.() === true;
    if (!deleted) this.#deletions.add(session, document);
    const sent = this.#sentOf(document);
    const leavesOut = sent.deleted && deleted ? deletion : nothing;
    const site = siteOfCall({ below, client: document.constructor.db?.client }, true);
    publish(live, document, { sent, sends: deletion, leavesOut, site });
    sent.deleted = true;
  }

  #sentOf(document: DocumentInside): SentDocument {
    const known = this.#documents.get(document);
    if (known !== undefined) return known;
    const sent = new SentDocument();
    this.#documents.set(document, sent);
    return sent;
  }

  #forget(document: DocumentInside): void {
    if (this.#documents.get(document) !== undefined) this.#documents.set(document, undefined);
  }
}

interface Save {
  readonly sent: SentDocument;
  readonly sends: DocumentChanges;
  readonly leavesOut: DocumentChanges;
  readonly site?: Site | undefined;
}

function publish({ guard, record }: LiveSession, { constructor }: DocumentInside, save: Save): void {
  const { sends, leavesOut, site } = save;
  const { id: session } = record;
  const { number: document } = save.sent;
  const model = typeof constructor.modelName === 'string' ? constructor.modelName : 'mongoose';
  guard.publish({ type: 'document.saved', session, document, model, sends, leavesOut, site }, record);
}

function inTransaction(session: unknown): LiveSession | undefined {
  const live = session == null ? undefined : liveSessionIn(session);
  return live?.record.transaction?.phase === 'active' && live.record.phase === 'open' ? live : undefined;
}
