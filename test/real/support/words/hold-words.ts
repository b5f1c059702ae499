import { afterAll, expect } from 'vitest';
import type { SessionGuardEvent } from '../../../../src/guard/events/events.ts';
import { shared } from '../../../../src/guard/runtime/process/shared-state.ts';
import { parseTrace } from '../../../../src/testing/index.ts';
import { linesOf } from './compare.ts';
import { byOwner, ownerOf, type Sentence, transcribe } from './transcribe.ts';

/** The tests of one file seldom start more sessions; a model that plays thousands of programs repeats itself. */
const mostSessions = 1000;

let isHeld = false;
let isLetGo = false;

/**
 * The words of traces are a second model of what the driver does, and rules are tested with them. So the events of the tests of
 * a file are written in words, and must come out of the words again.
 */
export function holdWords(): void {
  if (isHeld) return;
  isHeld = true;
  const recording = new Recording();
  const remove = shared.pipeline.addSink(event => recording.add(event));
  afterAll(() => {
    remove();
    if (!isLetGo) expectWords(recording.events);
  });
}

/** For a file whose programs or faults come by chance: it has a model of its own, and what it does seldom must not fail it. */
export function letWordsGo(): void {
  isLetGo = true;
}

/** The events of sessions and clients whose beginning was heard. */
class Recording {
  readonly events: SessionGuardEvent[] = [];
  readonly #known = new Set<string>();
  #sessions = 0;

  add(event: SessionGuardEvent): void {
    if (this.#sessions >= mostSessions) return;
    if (event.type === 'session.started') this.#sessions += 1;
    const owner = ownerOf(event);
    if (event.type === 'session.started' || event.type === 'client.connecting') this.#known.add(owner);
    if (event.type === 'scope.left' || this.#known.has(owner)) this.events.push(event);
  }
}

/** @throws an error of `expect`, or of a word that makes no sense after what came before it */
export function expectWords(events: readonly SessionGuardEvent[]): void {
  const sentences = transcribe(events);
  const written = byOwner(parse(sentences));
  let sessions = 0;
  for (const [owner, own] of byOwner(events)) {
    if (owner.startsWith('session')) sessions += 1;
    const words = written.get(owner.startsWith('session') ? `session ${sessions}` : owner) ?? [];
    const wanted = linesOf(own);
    // A recording may stop between two events of one word.
    expect(linesOf(words).slice(0, wanted.length), wordsOf(sentences, owner)).toEqual(wanted);
  }
}

function parse(sentences: readonly Sentence[]): readonly SessionGuardEvent[] {
  try {
    return parseTrace(sentences.map(({ words }) => words).join('\n'));
  } catch (error) {
    const line = Number(/line (\d+)/.exec(String(error))?.[1]);
    const owner = sentences[line - 1]?.of ?? '';
    throw new Error(`${String(error)}\n${wordsOf(sentences, owner)}`, { cause: error });
  }
}

function wordsOf(sentences: readonly Sentence[], owner: string): string {
  const own = sentences.filter(({ of }) => of === owner).map(({ words }) => words);
  return `${owner}: ${own.join(' ')}`;
}
