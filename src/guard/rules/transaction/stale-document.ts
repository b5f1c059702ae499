import { BoundedMap } from '../../../platform/bounded.ts';
import { hiddenField } from '../../../platform/hidden-field.ts';
import type { DocumentChanges, DocumentSaved } from '../../events/events.ts';
import type { SessionRecord } from '../../events/record.ts';
import { defineRule, docsOf } from '../engine/rule.ts';

/** The changes of a document, still in memory, that a transaction has sent. */
interface Saved {
  readonly session: SessionRecord;
  readonly inserted: boolean;
  readonly deleted: boolean;
  readonly paths: ReadonlySet<string>;
  rolledBack: boolean;
}

/** Documents of transactions that were rolled back and never tried again are forgotten, the oldest first. */
const mostDocuments = 1000;

const fix =
  'Load the document inside the callback, so that each attempt has a fresh one; or run the transaction under a manager (ConnectionManager.adopt(mongoose)), which restores documents before the next attempt.';

/** mongoose treats a document that was saved in a rolled-back transaction as saved: its change is lost. */
export const staleDocument = defineRule({
  meta: {
    id: 'stale-document',
    category: 'correctness',
    docs: docsOf('stale-document'),
    recommended: 'warn',
    defaults: {},
    messages: {
      update: {
        says: 'A {model} document was saved in a transaction that was rolled back, and this save leaves out {paths}: mongoose takes the document for saved, so the change is lost.',
        fix,
      },
      insert: {
        says: 'A new {model} document was saved in a transaction that was rolled back, and this save does not insert it: mongoose takes the document for stored, so it is lost.',
        fix,
      },
      delete: {
        says: 'A {model} document was deleted in a transaction that was rolled back, and this call deletes nothing: mongoose takes the document for deleted, so it stays in the database.',
        fix,
      },
    },
  },
  create({ report }) {
    const documents = new SavedDocuments();

    function check(
      { document, model, leavesOut, site }: DocumentSaved,
      { transaction }: SessionRecord,
    ): void {
      const before = documents.rolledBack(document);
      if (before === undefined) return;
      const startedAt = transaction?.site;
      const about = { site, nearby: startedAt, startedAt };
      const lost = leavesOut.paths.filter(path => before.paths.has(path));
      if (before.inserted && leavesOut.inserted) report({ messageId: 'insert', data: { model }, ...about });
      else if (before.deleted && leavesOut.deleted)
        report({ messageId: 'delete', data: { model }, ...about });
      else if (lost.length > 0)
        report({ messageId: 'update', data: { model, paths: listOf(lost) }, ...about });
    }

    return {
      'document.saved'(event, session) {
        check(event, session);
        documents.note(event, session);
      },
      'transaction.committed': (_event, session) => documents.end(session, 'committed'),
      'transaction.aborted': (_event, session) => documents.end(session, 'rolled back'),
      'transaction.failed'({ error }, session) {
        // A commit with an unknown outcome is sent again, or given up: it is not known what it has stored.
        if (error.labels.includes('TransientTransactionError')) documents.end(session, 'rolled back');
      },
      'transaction.retried': (_event, session) => documents.end(session, 'rolled back'),
      'session.ended': (_event, session) =>
        documents.end(session, session.transaction?.phase === 'active' ? 'rolled back' : 'committed'),
    };
  },
});

/** The documents of open transactions, and of those that were rolled back. */
class SavedDocuments {
  readonly #documents = new BoundedMap<number, Saved>(mostDocuments);
  readonly #ofSession = hiddenField<SessionRecord, Set<number> | undefined>();

  rolledBack(document: number): Saved | undefined {
    const saved = this.#documents.get(document);
    return saved?.rolledBack === true ? saved : undefined;
  }

  note({ document, sends }: DocumentSaved, session: SessionRecord): void {
    const before = this.#documents.get(document);
    const known = before?.session === session && !before.rolledBack ? before : undefined;
    this.#documents.set(document, merged(known, sends, session));
    const all = this.#ofSession.get(session);
    if (all === undefined) this.#ofSession.set(session, new Set([document]));
    else all.add(document);
  }

  end(session: SessionRecord, outcome: 'committed' | 'rolled back'): void {
    const all = this.#ofSession.get(session);
    if (all === undefined) return;
    this.#ofSession.set(session, undefined);
    for (const document of all) {
      const saved = this.#documents.get(document);
      if (saved?.session !== session) continue;
      if (outcome === 'rolled back') saved.rolledBack = true;
      else this.#documents.delete(document);
    }
  }
}

function merged(before: Saved | undefined, sends: DocumentChanges, session: SessionRecord): Saved {
  return {
    session,
    inserted: sends.inserted || before?.inserted === true,
    deleted: sends.deleted || before?.deleted === true,
    paths: new Set([...(before?.paths ?? []), ...sends.paths]),
    rolledBack: false,
  };
}

function listOf(paths: readonly string[]): string {
  const names = [...new Set(paths.map(path => path.replace(/#\d+$/, '*')))];
  const shown = names.slice(0, 3);
  const rest = names.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
