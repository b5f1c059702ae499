import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { ClientSession, MongoClient } from 'mongodb';
import { gate } from '../../../support/gate.ts';
import { failureOf, type Outcome, outcomeOf } from '../outcome.ts';
import type { Cut } from './cuts.ts';
import { documents, type Read, type Source } from './readers.ts';

/** Where the cut finds the reader: at the first document, with others still to be fetched, or waiting for the server. */
export type Stage = 'between batches' | 'waiting';

export interface Run {
  readonly source: Source;
  readonly read: Read;
  readonly cut: Cut;
  readonly stage: Stage;
  /** The documents after which it waits for the server. */
  readonly waitsAfter: number;
  /** Waits until all readers that one cut is for are there. */
  readonly others: () => Promise<void>;
}

/** Cuts a reader off, and says in a few words what it got. */
export async function cutReader({ source, read, cut, stage, waitsAfter, others }: Run): Promise<string> {
  const { client } = source;
  const fetches = fetchesOf(client);
  const atFirst = gate();
  const goOn = gate();
  let count = 0;
  const turn = async () => {
    count += 1;
    fetches.look();
    if (stage === 'waiting') return;
    atFirst.open();
    await goOn.opened;
  };
  let outcome: Promise<Outcome<unknown>> | undefined;
  const begin = async (session?: ClientSession) => {
    let isOver = false;
    outcome = outcomeOf(read(source, session, turn)).finally(() => {
      isOver = true;
      fetches.look();
    });
    const isThere = () => isOver || (count >= waitsAfter && fetches.isWaiting(session));
    if (stage === 'between batches') await Promise.race([atFirst.opened, outcome]);
    else await fetches.until(isThere);
    await others();
  };
  const left: Promise<unknown>[] = [];
  await cut(client, begin, promise => void left.push(failureOf(promise)));
  goOn.open();
  const { error } = (await outcome) ?? {};
  const failure = (await Promise.all(left)).find(failed => failed !== undefined);
  if (failure !== undefined) return `the cut failed: ${String(failure)}`;
  return error === undefined ? endedAfter(count) : wordsFor(error);
}

function endedAfter(count: number): string {
  return count >= documents ? 'all' : 'ends early';
}

interface Fetches {
  isWaiting(session: ClientSession | undefined): boolean;
  /** At the first fetch that makes it true: who asked from time to time could miss all but the last. */
  until(isThere: () => boolean): Promise<void>;
  /** Something has happened that may make it true. */
  look(): void;
}

/** What each session has on the wire. */
function fetchesOf(client: MongoClient): Fetches {
  const waiting = new Map<number, string>();
  const looks = new Set<() => void>();
  const look = () => looks.forEach(each => each());
  client.on('commandStarted', ({ commandName, command, requestId }) => {
    if (commandName === 'getMore') waiting.set(requestId, String(command['lsid']?.id));
    look();
  });
  client.on('commandSucceeded', ({ requestId }) => void waiting.delete(requestId));
  client.on('commandFailed', ({ requestId }) => void waiting.delete(requestId));
  return {
    isWaiting: session =>
      session === undefined ? waiting.size > 0 : [...waiting.values()].includes(String(session.id?.id)),
    until: async isThere => {
      while (!isThere()) {
        await new Promise<void>(resolve => looks.add(resolve));
        looks.clear();
        // The command leaves in this turn.
        await turnOfLoop();
      }
    },
    look,
  };
}

const ours: Readonly<Record<string, string>> = {
  ERR_SESSION_GUARD_EXPIRED_SESSION: 'late use',
  ERR_SESSION_GUARD_ATTEMPT_OVER: 'transaction over',
  ERR_SESSION_GUARD_CLOSED: 'closed',
};

function wordsFor(error: unknown): string {
  const { name, code, ...places } = error as Readonly<Record<string, unknown>>;
  const known = ours[String(code)];
  if (known === undefined)
    return name === undefined ? String(error) : String(Reflect.get(Object(error), 'name'));
  const missing = ['startedAt', 'endedAt', 'usedAt'].filter(
    place => !(known === 'closed' && place === 'startedAt') && !isPlace(places[place]),
  );
  return missing.length === 0 ? known : `${known}, without ${missing.join(', ')}`;
}

function isPlace(value: unknown): boolean {
  return typeof value === 'string' && value.includes('/test/real/');
}
