import type { HelperRun } from '../guard/helper-run.ts';
import { captureSite } from '../guard/site-capture.ts';
import type { Site } from '../session/events.ts';

/** The async function that awaits the callback of a helper: its name in an async stack says that a callback is waiting. */
const waitingFrame = 'settleSessionGuardCallback';

/** Enough for the driver's loop, the user's functions and the loop around them. */
const depth = 100;

/**
 * Where the outer transaction started, if its callback is awaiting this one: decided by the async stack at the commit, which
 * reaches the outer callback only where every step between is awaited. Work that the outer callback left to itself is not inside.
 */
export function awaitedBy(
  helper: HelperRun | undefined,
  below: (...args: never[]) => unknown,
): Site | undefined {
  const outer = helper?.outer;
  if (outer === undefined || outer.attempt.over) return undefined;
  const { stack } = captureSite(below, depth);
  return stack?.includes(waitingFrame) === true ? (outer.site ?? {}) : undefined;
}
