import type { OfSession } from './event-base.ts';

/** What a save or a deletion sends of a document; the names of fields, never their values. */
export interface DocumentChanges {
  /** The whole document, as a new one. */
  readonly inserted: boolean;
  readonly deleted: boolean;
  /** The fields of an update. */
  readonly paths: readonly string[];
}

/** A library's document (mongoose) is saved or deleted in a transaction of the session. */
export interface DocumentSaved extends OfSession {
  readonly type: 'document.saved';
  /** The same number is the same object in memory. */
  readonly document: number;
  readonly model: string;
  readonly sends: DocumentChanges;
  /** Sent by an earlier save in a transaction, the same in memory since, and therefore not sent by this one. */
  readonly leavesOut: DocumentChanges;
}
