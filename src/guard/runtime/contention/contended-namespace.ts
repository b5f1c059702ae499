import type { TransactionRun } from '../transaction/transaction-run.ts';
import { Conflicts } from './conflicts.ts';
import { Turns } from './turns.ts';

/** How many documents of a namespace are remembered. */
const mostDocuments = 1000;

export type DocumentTurns = Turns<TransactionRun>;

/** One namespace in which transactions of some names conflict. */
export class ContendedNamespace {
  readonly conflicts = new Conflicts();
  /** Of all transactions of the names that had a conflict here. */
  readonly turns = new Turns<TransactionRun>(() => this.conflicts.limit);
  /** Of the documents that had a conflict: one transaction at a time. */
  readonly #documents = new Map<string, DocumentTurns>();
  /** The time of the last conflict or wait. */
  busyAt = 0;

  /** How many transactions wait here. */
  get waiting(): number {
    let { waiting } = this.turns;
    for (const ofDocument of this.#documents.values()) waiting += ofDocument.waiting;
    return waiting;
  }

  /** The turns of a document that had a conflict. */
  at(key: string): DocumentTurns | undefined {
    return this.#documents.get(key);
  }

  /** Notes a conflict at a document. */
  met(key: string): void {
    if (this.#documents.has(key)) return;
    for (const [known, turns] of this.#documents) {
      if (this.#documents.size < mostDocuments) break;
      if (!turns.isUsed) this.#documents.delete(known);
    }
    if (this.#documents.size < mostDocuments) this.#documents.set(key, new Turns(() => 1));
  }
}
