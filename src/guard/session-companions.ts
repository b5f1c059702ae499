import { safely } from './failures.ts';
import { processWide } from './process-wide.ts';

/** Somebody who keeps what a transaction has done to objects in memory (mongoose's documents), to undo it with the transaction. */
export interface SessionCompanion {
  /** A helper is about to run transactions on this session. */
  begin(session: object): void;
  /** What was done by the attempt before is undone: it was aborted. */
  undo(session: object): void;
  /** The helper is through. */
  end(session: object): void;
}

const companions = processWide('companions', () => new Set<SessionCompanion>());

export function addCompanion(companion: SessionCompanion): void {
  companions.add(companion);
}

export function tellCompanions(what: keyof SessionCompanion, session: object): void {
  for (const companion of companions) safely(() => companion[what](session));
}
