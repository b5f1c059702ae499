import type { SessionGuardError } from '../../errors/errors.ts';
import { captureSite } from '../../guard/site-capture.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { drain } from '../../protect/drain.ts';
import { isInside } from '../../scope/lookup.ts';
import { withRoom } from '../../report/own-frames.ts';
import type { Caller, Operation, Site } from '../../session/events.ts';
import { liveOf } from './attach.ts';
import { takeEnder } from './caller.ts';
import { killOpenCursors } from '../operation/cursors.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';

type End = (this: DriverSession, options?: object) => Promise<void>;

export function observeEnd(copy: DriverCopy): void {
  replaceMethod<End>(copy.ClientSession.prototype, 'endSession', original => {
    return function endSession(options) {
      const end = () => original.call(this, options);
      // Sessions of the driver's own come here after every operation: nothing is looked up for them.
      if (this.explicit !== true) return original.call(this, options);
      const live = liveOf(this);
      if (live === undefined || live.record.phase === 'ended') return end();
      if (!live.guard.settings.protect)
        return live.record.phase === 'open' ? observe(this, live, endSession, end) : end();
      // A second call waits for the first instead of overtaking it.
      live.endUnderWay ??= endOnce(copy, this, live, endSession, end);
      return live.endUnderWay;
    };
  });
}

/** The driver ends the session in the same call, as it does without us, and its own promise is given back. */
function observe(
  session: DriverSession,
  live: LiveSession,
  below: End,
  end: () => Promise<void>,
): Promise<void> {
  const { by, site, refusal } = announce(live, below);
  live.driverAtWork = true;
  const promise = withRoom(end);
  // The abort of a running transaction was called by now.
  live.driverAtWork = false;
  if (session.hasEnded) ended(live, by, site);
  else session.once('ended', () => ended(live, by, site));
  return refusal === undefined ? promise : promise.then(() => Promise.reject(refusal));
}

interface Announced {
  readonly by: Caller;
  readonly site: Site | undefined;
  /** A helper that ends its session while its callback still runs has been stopped, and waits no longer for that. */
  readonly left: Operation | undefined;
  readonly refusal: SessionGuardError | undefined;
}

function announce(live: LiveSession, below: End): Announced {
  const { guard, record, helper } = live;
  const by: Caller = guard.phase === 'closing' ? 'close' : takeEnder();
  // A helper ends its session after the callback, where the stack has nothing of the user's: its own call stands in.
  const site = by === 'helper' ? record.startSite : captureSite(below);
  const inside = helper !== undefined && isInside(helper.token);
  live.endedFromInside = inside;
  const left = by === 'helper' ? helper?.operation : undefined;
  const pending = by === 'close' || left !== undefined ? [] : live.pending();
  const event = { type: 'session.ending', session: record.id, by, inside, pending, site } as const;
  return { by, site, left, refusal: guard.ask(event, record) };
}

async function endOnce(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  below: End,
  end: () => Promise<void>,
): Promise<void> {
  const { by, site, left, refusal } = announce(live, below);
  if (by !== 'close') {
    // What waits for a transaction to start was called before this end.
    if (live.starts?.last !== undefined) await live.starts.last.catch(() => undefined);
    if (live.undrained(left).length > 0) await drain(live, left);
    if (live.record.openCursors.size > 0) await killOpenCursors(copy, live, session);
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

function ended(live: LiveSession, by: Caller, site: Site | undefined): void {
  const { guard, record } = live;
  if (live.attempt !== undefined && live.helper === undefined) live.attempt.over = true;
  guard.publish({ type: 'session.ended', session: record.id, by, site }, record);
  guard.counters.sessionsEnded += 1;
  // A promise keeps the async context that it was made in: that of the work which made this one, and so on without end.
  live.endUnderWay = undefined;
}
