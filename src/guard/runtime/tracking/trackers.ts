import { warningCodes } from '../../../errors/codes.ts';
import { invalidArgument } from '../../../errors/errors.ts';
import { clock } from '../../../platform/time/clock.ts';
import { follow } from '../../../platform/follow.ts';
import { hasMethods, isObject } from '../../../platform/options/checks.ts';
import { notice } from '../../../platform/notices.ts';
import { processWide } from '../../../platform/process-wide.ts';
import { demandObservation } from '../process/on-demand.ts';
import type { WorkTracker } from './work-tracker.ts';

/** All trackers of the process. While there are none, an operation costs one comparison. */
export const trackers = processWide('trackers', () => new Set<WorkTracker>());

const methods = ['client', 'session', 'operation', 'transaction', 'finding'] as const;

/**
 * Follows operations, transactions and sessions of the process from now on: what `session-guard/otel` and
 * `session-guard/prometheus` are made of, for a tracer or for metrics of your own.
 * @returns a function that removes the tracker
 * @throws SessionGuardError for an object without any of the methods
 * @example
 * ```ts
 * import { trackWork } from 'session-guard';
 *
 * const off = trackWork({
 *   operation: ({ name, collection }) => ({
 *     ended: failure => console.log(name, collection, failure === undefined ? 'ok' : 'failed'),
 *   }),
 * });
 * await orders.findOne({ _id: 'order-1' }); // → find orders ok
 * off();
 * ```
 */
export function trackWork(tracker: WorkTracker): () => void {
  const known = methods.filter(name => hasMethods(tracker, [name]));
  if (known.length === 0)
    throw invalidArgument(`trackWork takes an object with one of these methods: ${methods.join(', ')}.`);
  trackers.add(tracker);
  demandObservation();
  return () => trackers.delete(tracker);
}

/** The tracks of one thing, by the tracker that has made them. */
export type Tracks<T> = ReadonlyMap<WorkTracker, T>;

/** Asks each tracker for its track. @returns undefined if nobody follows */
export function tracksOf<T>(ask: (tracker: WorkTracker) => T | undefined): Tracks<T> | undefined {
  let tracks: Map<WorkTracker, T> | undefined;
  for (const tracker of trackers) {
    const track = contained(tracker, () => ask(tracker));
    if (isObject(track)) (tracks ??= new Map()).set(tracker, track);
  }
  return tracks;
}

/** Calls each track; a tracker that throws is removed. */
export function eachTrack<T>(tracks: Tracks<T> | undefined, call: (track: T) => unknown): void {
  if (tracks === undefined) return;
  for (const [tracker, track] of tracks) inform(tracker, () => call(track));
}

/** Calls each tracker; one that throws is removed. */
export function eachTracker(call: (tracker: WorkTracker) => unknown): void {
  for (const tracker of trackers) inform(tracker, () => call(tracker));
}

/** Measures how long a wait takes, and reports it at its end, also when it has failed. @returns the outcome of the wait */
export function timeWait<T>(waiting: Promise<T>, over: (durationMS: number) => void): Promise<T> {
  const since = clock.now();
  const isOver = () => over(clock.now() - since);
  return follow(waiting, isOver, error => {
    isOver();
    return error;
  });
}

interface Runs {
  run?<T>(send: () => T): T;
}

/** Calls `send` inside the `run` of each track: once, whatever a tracker does. */
export function runInside<T>(tracks: Tracks<Runs> | undefined, send: () => T): T {
  let inner = send;
  for (const [tracker, track] of tracks ?? []) {
    if (track.run === undefined) continue;
    const next = inner;
    inner = () => runOnce(tracker, track, next);
  }
  return inner();
}

type Sent<T> = { readonly value: T } | { readonly thrown: unknown };

function runOnce<T>(tracker: WorkTracker, track: Runs, send: () => T): T {
  const made: { sent?: Sent<T> } = {};
  const once = () => (made.sent ??= attempt(send));
  inform(tracker, () => track.run?.(once));
  const sent = once();
  if ('thrown' in sent) throw sent.thrown;
  return sent.value;
}

function attempt<T>(send: () => T): Sent<T> {
  try {
    return { value: send() };
  } catch (thrown) {
    return { thrown };
  }
}

/** A tracker's method may be an async function: its rejection is the tracker's fault, not the program's. */
function inform(tracker: WorkTracker, call: () => unknown): void {
  const returned = contained(tracker, call);
  if (returned instanceof Promise) returned.catch((error: unknown) => takeOff(tracker, error));
}

/** A tracker that throws is removed, with one warning: its error must never reach the program. */
function contained<T>(tracker: WorkTracker, call: () => T): T | undefined {
  try {
    return call();
  } catch (error) {
    takeOff(tracker, error);
    return undefined;
  }
}

function takeOff(tracker: WorkTracker, error: unknown): void {
  trackers.delete(tracker);
  notice(warningCodes.sinkFailed, 'A tracker of operations has thrown and was taken off.', error);
}
