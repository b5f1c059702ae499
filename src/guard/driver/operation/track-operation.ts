import { follow } from '../../../platform/follow.ts';
import { safely } from '../../../platform/failures.ts';
import { RunTrack } from '../../runtime/tracking/run-track.ts';
import {
  forgetOperation,
  forgetTransaction,
  noteOperation,
  noteTransaction,
  whileBegins,
} from '../../runtime/tracking/subjects.ts';
import { runInside, eachTrack, timeWait, type Tracks, tracksOf } from '../../runtime/tracking/trackers.ts';
import type {
  Failed,
  OperationTrack,
  TrackedOperation,
  WaitReason,
} from '../../runtime/tracking/work-tracker.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import type { FollowingTrack } from '../../runtime/transaction/run-events.ts';
import type { TransactionRun } from '../../runtime/transaction/transaction-run.ts';
import { asMongoClient, meetClient } from '../client/track-client.ts';
import { classify, namespaceOf } from '../command/classify.ts';
import type { DriverClient, DriverOperation, DriverSession } from '../copies/driver-types.ts';
import { liveOf } from '../session/attach.ts';

type Followed = Omit<TrackedOperation, 'transaction'>;

/** The tracks of one operation, from before its first wait until it has settled. */
export class OperationTracks {
  readonly #tracks: Tracks<OperationTrack>;
  #id: number | undefined;
  #isOver = false;

  constructor(tracks: Tracks<OperationTrack>) {
    this.#tracks = tracks;
  }

  /** Calls the driver. */
  run<T>(send: () => T): T {
    return runInside(this.#tracks, send);
  }

  /** The number that events have for the operation. */
  identify(id: number): void {
    this.#id = id;
    noteOperation(id, this.#tracks);
  }

  /** Reports a wait when it is over. */
  waits<T>(reason: WaitReason, waiting: Promise<T>): Promise<T> {
    return timeWait(waiting, durationMS =>
      eachTrack(this.#tracks, track => track.waited?.({ for: reason, durationMS })),
    );
  }

  begins<T>(call: () => T): T {
    return whileBegins(this.#tracks, call);
  }

  /** Once: up to 6.3 a callback may have been called before the driver throws. */
  ended(failure?: Failed): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#id !== undefined) forgetOperation(this.#id);
    eachTrack(this.#tracks, track => track.ended(failure));
  }
}

type Callback = (error: unknown, ...rest: unknown[]) => void;

/** Sends an operation that somebody follows. Up to 6.3 the driver passes callbacks in places. */
export function followOperation(
  client: DriverClient,
  operation: DriverOperation,
  rest: unknown[],
  proceed: (rest: unknown[], tracks: OperationTracks | undefined) => unknown,
): unknown {
  const tracks = safely(() => begin(client, operation));
  if (tracks === undefined) return proceed(rest, undefined);
  try {
    return proceedFollowed(tracks, rest, proceed);
  } catch (error) {
    tracks.ended({ error });
    throw error;
  }
}

function proceedFollowed(
  tracks: OperationTracks,
  rest: unknown[],
  proceed: (rest: unknown[], tracks: OperationTracks) => unknown,
): unknown {
  const callback = rest.at(-1);
  if (typeof callback === 'function') {
    const heard: Callback = (error, ...results) => {
      tracks.ended(error == null ? undefined : { error });
      (callback as Callback)(error, ...results);
    };
    return tracks.begins(() => proceed([...rest.slice(0, -1), heard], tracks));
  }
  const sent = tracks.begins(() => proceed(rest, tracks)) as Promise<unknown>;
  return follow(
    sent,
    () => tracks.ended(),
    error => {
      tracks.ended({ error });
      return error;
    },
  );
}

function begin(client: DriverClient, operation: DriverOperation): OperationTracks | undefined {
  meetClient(client);
  const { kind } = classify(operation);
  // It runs others, which are followed.
  if (kind === 'composite') return undefined;
  const what = describe(client, operation);
  const transaction = transactionOf(operation);
  const tracks = tracksOf(tracker =>
    tracker.operation?.({ ...what, transaction: transaction?.tracks.get(tracker) }),
  );
  return tracks && new OperationTracks(tracks);
}

/** Names that differ from the command's. */
const names: Readonly<Record<string, string>> = {
  create: 'createCollection',
  drop: 'dropCollection',
  createIndex: 'createIndexes',
  ensureIndex: 'createIndexes',
  dropIndex: 'dropIndexes',
  findandmodify: 'findAndModify',
};

const ends = new Set(['commitTransaction', 'abortTransaction', 'endSessions']);

function describe(client: DriverClient, operation: DriverOperation): Followed {
  const { command, kind } = classify(operation);
  const namespace = namespaceOf(operation, kind);
  const database = namespace?.slice(0, namespace.indexOf('.')) ?? operation.ns?.db;
  const collection = collectionOf(operation) ?? namespace?.slice(namespace.indexOf('.') + 1);
  const isOfAdmin = database === 'admin' || database === undefined || command === 'bulkWrite';
  return {
    client: asMongoClient(client),
    name: isRunCommand(operation) && !ends.has(command) ? 'runCommand' : (names[command] ?? command),
    database: isOfAdmin ? 'admin' : database,
    collection: isOfAdmin ? undefined : collection,
  };
}

/** Some operations of a collection have only its database in `ns`. */
function collectionOf({ collectionNamespace, collectionName }: DriverOperation): string | undefined {
  return collectionNamespace?.collection ?? collectionName;
}

function isRunCommand({ constructor }: DriverOperation): boolean {
  return /^Run(Admin)?Command(Cursor)?Operation$/.test(constructor.name);
}

/** Where an operation's session is in a transaction that is followed. */
function transactionOf({ session, bypassPinningCheck }: DriverOperation): FollowingTrack | undefined {
  if (session?.explicit !== true || (bypassPinningCheck !== true && !session.inTransaction()))
    return undefined;
  const live = liveOf(session);
  return live && (live.runner ?? live.run).track;
}

/** Asks the trackers whether they follow a call of `withTxn`, whose run may begin after a wait. */
export function trackCall(client: DriverClient, name: string | undefined): RunTrack | undefined {
  return begunTrack(client, 'runner', name);
}

/**
 * Follows a run of a transaction.
 * @param begun of the call that the run belongs to; without one the trackers are asked
 */
export function trackRun(live: LiveSession, session: DriverSession, begun?: RunTrack): RunTrack | undefined {
  const run = live.runner ?? live.run;
  const track = begun ?? begunTrack(session.client, run.by, run.wanted.name);
  if (track === undefined) return undefined;
  run.advance({ type: 'followed', track });
  const { record } = live;
  noteTransaction(record, track);
  track.onEnd = () => forgetTransaction(record, track);
  return track;
}

function begunTrack(
  client: DriverClient,
  by: TransactionRun['by'],
  name: string | undefined,
): RunTrack | undefined {
  meetClient(client);
  return RunTrack.begin({ client: asMongoClient(client), by, name });
}
