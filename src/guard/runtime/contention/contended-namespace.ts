import type { TransactionRun } from '../transaction/transaction-run.ts';
import { Conflicts } from './conflicts.ts';
import { Turns } from './turns.ts';

/** How many documents of a place are kept in mind. */
const mostDocuments = 1000;

export type DocumentTurns = Turns<TransactionRun>;

/** One namespace in which transactions of some names conflict. */
export class ContendedNamespace {
  readonly conflicts = new Conflicts();
  /** Of all transactions of the names that have met here. */
  readonly turns = new Turns<TransactionRun>(() => this.conflicts.limit);
  /** Of the documents that they have met each other at: one transaction at a time. */
  readonly #documents = new Map<string, DocumentTurns>();
  /** When there was a conflict, or somebody had to wait. */
  busyAt = 0;

  /** How many transactions wait here. */
  get waiting(): number {
    let { waiting } = this.turns;
    for (const ofDocument of this.#documents.values()) waiting += ofDocument.waiting;
    return waiting;
  }

  /** The turns of a document for which transactions have met. */
  at(key: string): DocumentTurns | undefined {
    return this.#documents.get(key);
  }

  /** Transactions have met here. */
  met(key: string): void {
    if (this.#documents.has(key)) return;
    for (const [known, turns] of this.#documents) {
      if (this.#documents.size < mostDocuments) break;
      if (!turns.isUsed) this.#documents.delete(known);
    }
    if (this.#documents.size < mostDocuments) this.#documents.set(key, new Turns(() => 1));
  }
}
