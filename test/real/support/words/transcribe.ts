import type { SessionGuardEvent } from '../../../../src/guard/events/events.ts';
import { SessionWords } from './session-words.ts';
import { wordOfClient } from './client-words.ts';

/** The words for one event, and whose they are. */
export interface Sentence {
  readonly words: string;
  readonly of: string;
}

/** Whose event it is: compared are the events of each session, and of each client. */
export function ownerOf(event: SessionGuardEvent): string {
  if ('session' in event) return `session ${event.session}`;
  return event.type === 'scope.left' ? 'the process' : `client ${event.client}`;
}

export function byOwner(events: readonly SessionGuardEvent[]): ReadonlyMap<string, SessionGuardEvent[]> {
  const found = new Map<string, SessionGuardEvent[]>();
  for (const event of events) {
    const owner = ownerOf(event);
    const own = found.get(owner);
    if (own === undefined) found.set(owner, [event]);
    else own.push(event);
  }
  return found;
}

/**
 * Writes what drivers did in the words of `parseTrace`. It leaves out what the words derive by themselves: who ends a
 * transaction, what is pending, whether an operation is in a transaction.
 * @param events a recording whose sessions begin with their start
 */
export function transcribe(events: readonly SessionGuardEvent[]): readonly Sentence[] {
  const writers = new Map<string, SessionWords>();
  const nameOf = (session: number) => writers.get(`session ${session}`)?.name;
  for (const [owner, own] of byOwner(events))
    if (owner.startsWith('session'))
      writers.set(owner, new SessionWords(`s${writers.size + 1}`, own, nameOf));
  const sentences = events.map(event => {
    const of = ownerOf(event);
    return { of, words: writers.get(of)?.next() ?? wordOfClient(event) };
  });
  return sentences.filter(({ words }) => words !== '');
}
