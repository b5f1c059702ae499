import { processWide } from '../../../platform/process-wide.ts';
import { safely } from '../../../platform/failures.ts';

/** Returns the collections of a client (`database.collection`) for which a library builds indexes in the background. */
type Builder = (client: object) => readonly string[];

const builders = processWide('builders', () => new Set<Builder>());

export function addBuilder(builder: Builder): void {
  builders.add(builder);
}

export function buildsOn(client: object): ReadonlySet<string> {
  return new Set([...builders].flatMap(builder => builder(client)));
}

/** Remembers the changes of a transaction to objects in memory (mongoose's documents), and undoes them with the transaction. */
export interface SessionParticipant {
  /** A transaction runner begins on this session. */
  begin(session: object): void;
  /** An attempt was rolled back: its changes to objects are undone. */
  undo(session: object): void;
  /** The transaction runner has finished. */
  end(session: object): void;
}

const participants = processWide('participants', () => new Set<SessionParticipant>());

export function addParticipant(participant: SessionParticipant): void {
  participants.add(participant);
}

export function askParticipants(step: keyof SessionParticipant, session: object): void {
  for (const participant of participants) safely(() => participant[step](session));
}
