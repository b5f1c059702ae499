import { clock } from '../../../platform/time/clock.ts';
import type { SessionGuardError } from '../../../errors/errors.ts';
import { captureSite } from '../../scope/site-capture.ts';
import { inTransaction } from '../../events/record.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { drain, nothing } from '../../runtime/session/drain.ts';
import { announceRunEnd } from '../../runtime/transaction/announce-run-end.ts';
import { isInside } from '../../scope/lookup.ts';
import { withRoom } from '../../stack/own-frames.ts';
import { readStack } from '../../stack/stack-text.ts';
import type { Caller, Operation, Site } from '../../events/events.ts';
import { eachTrack } from '../../runtime/tracking/trackers.ts';
import { liveOf } from './attach.ts';
import { callerOf, type MaybeByRunner } from './caller.ts';
import { killOpenCursors } from '../cursor/kill-cursors.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import type { StackStart } from '../../stack/stack.ts';

type End = (this: DriverSession, options?: MaybeByRunner) => Promise<void>;

export function patchEndSession(copy: DriverCopy): void {
  replaceMethod<End>(copy.ClientSession.prototype, 'endSession', original => {
    return function endSession(given) {
      // The driver ends a session of its own after every operation: for these, nothing is looked up.
      if (this.explicit !== true) return original.call(this, given);
      const runner = callerOf(given);
      const options = runner === undefined ? given : runner.options;
      const caller = runner === undefined ? 'user' : 'runner';
      const end = () => original.call(this, options);
      const live = liveOf(this);
      if (live === undefined || live.record.phase === 'ended') return end();
      if (!live.guard.settings.protect)
        return live.record.phase === 'open' ? endAtOnce(this, live, caller, endSession, end) : end();
      // A second call waits for the first and does not overtake it.
      return live.endUnderWay ?? endOnce({ copy, session: this, live, caller, below: endSession, end });
    };
  });
}

/** The driver ends the session in the same call, as it does without the guard, and its own promise is returned. */
function endAtOnce(
  session: DriverSession,
  live: LiveSession,
  caller: Caller,
  below: StackStart,
  end: () => Promise<void>,
): Promise<void> {
  const { by, site, refusal } = announce(session, live, caller, below);
  live.driverAtWork = true;
  const promise = withRoom(end);
  // At this point the abort of a running transaction was already called.
  live.driverAtWork = false;
  whenEnded(session, live, by, site);
  return refusal === undefined ? promise : promise.then(() => Promise.reject(refusal));
}

interface Announced {
  readonly by: Caller;
  readonly site: Site | undefined;
  /** A runner that ends its session while its callback still runs was stopped, and does not wait for the callback any more. */
  readonly left: Operation | undefined;
  readonly refusal: SessionGuardError | undefined;
}

function announce(session: DriverSession, live: LiveSession, caller: Caller, below: StackStart): Announced {
  const { guard, record, runner } = live;
  const by: Caller = guard.phase === 'closing' ? 'close' : caller;
  // A runner ends its session when the user's frames are gone from the stack: use the place where the runner was called.
  const site = by === 'runner' ? record.startSite : siteOfEnd(session, live, below);
  const inside = runner !== undefined && isInside(runner.wanted.token);
  live.endedFromInside = inside;
  const left = by === 'runner' ? runner?.operation : undefined;
  const pending = by === 'close' || left !== undefined ? [] : live.pending();
  const event = {
    v: 1,
    type: 'session.ending',
    at: clock.now(),
    client: guard.id,
    session: record.id,
    by,
    inside,
    pending,
    site,
  } as const;
  return { by, site, left, refusal: guard.publishAndAsk(event, record) };
}

/**
 * Nearly every session of the driver's `withSession` is ended by it, with nothing left to do: in production such an end has no
 * place, unless places are wanted.
 */
function siteOfEnd(
  { owner }: DriverSession,
  { guard, record }: LiveSession,
  below: StackStart,
): Site | undefined {
  const isOfWithSession = typeof owner === 'symbol';
  const leavesNothing =
    record.openOperations.size === 0 && record.openCursors.size === 0 && !inTransaction(record);
  return isOfWithSession && leavesNothing ? guard.sites.capture(below) : captureSite(below);
}

/** One protected call of `endSession`. */
interface EndCall {
  readonly copy: DriverCopy;
  readonly session: DriverSession;
  readonly live: LiveSession;
  readonly caller: Caller;
  readonly below: StackStart;
  readonly end: () => Promise<void>;
}

function endOnce(call: EndCall): Promise<void> {
  const { session, live, caller, below, end } = call;
  const announced = announce(session, live, caller, below);
  const { by, site, left, refusal } = announced;
  if (refusal !== undefined || !isIdle(session, live, left)) {
    live.endUnderWay = endAfterWork(call, announced);
    return live.endUnderWay;
  }
  // Nearly always: nothing runs, and the driver ends the session in the same call.
  const promise = end();
  live.endUnderWay = promise;
  whenEnded(session, live, by, site);
  return promise;
}

function isIdle(session: DriverSession, live: LiveSession, left: Operation | undefined): boolean {
  if (session.inTransaction() || live.starts?.last !== undefined) return false;
  return live.record.openCursors.size === 0 && !live.hasUndrained(left);
}

async function endAfterWork(
  { copy, session, live, end }: EndCall,
  { by, site, left, refusal }: Announced,
): Promise<void> {
  if (by !== 'close') {
    // Operations that wait for the start of a transaction were called before this end.
    if (live.starts?.last !== undefined) await live.starts.last.catch(() => undefined);
    const { stuck } = live.hasUndrained(left) ? await drain(live, left) : nothing;
    if (live.record.openCursors.size > 0) {
      await killOpenCursors(copy, live, session, [left, ...stuck]);
      // For operations that were begun while the cursors were being killed.
      await drain(live, left, ...stuck);
    }
  }
  live.driverAtWork = true;
  try {
    await end();
  } finally {
    live.driverAtWork = false;
    ended(live, by, site);
  }
  if (refusal !== undefined) throw refusal;
}

function whenEnded(session: DriverSession, live: LiveSession, by: Caller, site: Site | undefined): void {
  if (session.hasEnded) ended(live, by, site);
  else session.once('ended', () => ended(live, by, site));
}

function ended(live: LiveSession, by: Caller, site: Site | undefined): void {
  const { guard, record } = live;
  if (live.runner === undefined) {
    const run = live.endRun();
    if (run !== undefined) announceRunEnd(live, run, 'session ended');
  }
  const at = clock.now();
  const { id: session } = record;
  guard.publish({ v: 1, type: 'session.ended', at, client: guard.id, session, by, site }, record);
  guard.counters.sessionsEnded += 1;
  eachTrack(live.tracks, track => track.ended());
  if (live.readsPlaces) readPlaces(live);
  // A promise keeps the async context in which it was made, which keeps the context of its maker, and so on without end.
  live.endUnderWay = undefined;
}

function readPlaces({ record: { startSite, endSite, transaction }, run: { wanted } }: LiveSession): void {
  for (const site of [startSite, endSite, transaction?.site, transaction?.endSite, wanted.site])
    readStack(site);
}
