import { safely } from './failures.ts';
import { processWide } from './process-wide.ts';

/** Somebody who keeps what a transaction has done to objects in memory (mongoose's documents), to undo it with the transaction. */
export interface SessionParticipant {
  /** A transaction runner begins on this session. */
  begin(session: object): void;
  /** An attempt was rolled back: what it has done to objects is undone. */
  undo(session: object): void;
  /** The transaction runner has finished. */
  end(session: object): void;
}

const participants = processWide('companions', () => new Set<SessionParticipant>());

export function addParticipant(participant: SessionParticipant): void {
  participants.add(participant);
}

export function askParticipants(step: keyof SessionParticipant, session: object): void {
  for (const participant of participants) safely(() => participant[step](session));
}
