import { isAlias, isLive } from '../../../src/store/backend/life.ts';
import type { SessionRecord } from '../../../src/store/backend/session-record.ts';
import { act, type Action, type Came } from './actions.ts';
import { type Cast, type Kind, type Order, Stage } from './stage.ts';

/** One request of a program. */
export interface Request {
  readonly action: Action;
  /** How many of its requests reach the server; undefined: all. */
  readonly reaches: number | undefined;
}

/** What became of a request. Times are steps of all processes. */
export interface Played extends Request {
  readonly begin: number;
  readonly end: number;
  readonly came: Came | undefined;
  readonly error: unknown;
}

export interface Program {
  readonly kind: Kind;
  /** Whether ann was logged out everywhere before. */
  readonly revoked: boolean;
  readonly requests: readonly Request[];
}

export interface Outcome {
  readonly cast: Cast;
  readonly stage: Stage;
  readonly played: readonly Played[];
  /** The handles of which two sessions could be written at once at some moment. */
  readonly twice: ReadonlySet<string>;
}

/** Performs the requests at once. */
export async function play({ kind, revoked, requests }: Program, order: Order): Promise<Outcome> {
  const stage = new Stage(kind, order);
  const cast = await stage.cast(revoked);
  const twice = new Set<string>();
  stage.storage.onChange = () => {
    for (const handle of repeated(writable(stage))) twice.add(handle);
  };
  const playing = Promise.all(requests.map((request, index) => playOne(stage, cast, request, String(index))));
  const played = await order.waitFor(playing);
  return { cast, stage, played, twice };
}

async function playOne(stage: Stage, cast: Cast, request: Request, name: string): Promise<Played> {
  const { step, ...process } = stage.scheduled(name, request.reaches);
  await step('begins');
  const begin = stage.ticks;
  try {
    const came = await act(request.action, process, cast);
    return { ...request, begin, end: stage.ticks, came, error: undefined };
  } catch (error) {
    return { ...request, begin, end: stage.ticks, came: undefined, error };
  }
}

/** The sessions of a server, of a user or of all; without aliases. */
export function livingIn({ storage }: Stage, user?: string): readonly SessionRecord[] {
  return [...storage.sessions.values()].filter(
    record =>
      isLive(record, storage.now()) && !isAlias(record) && (user === undefined || record.user === user),
  );
}

function writable(stage: Stage): readonly SessionRecord[] {
  return livingIn(stage).filter(({ successor }) => successor === undefined);
}

function repeated(records: readonly SessionRecord[]): readonly string[] {
  const handles = records.map(({ handle }) => handle);
  return handles.filter((handle, index) => handles.indexOf(handle) !== index);
}
