import type { HelperRun } from '../../guard/helper-run.ts';
import { captureSite } from '../../guard/site-capture.ts';
import { isForeign, isOwn, rootOf } from '../../report/place.ts';
import { type Frame, parseStack } from '../../report/stack.ts';
import { stackText } from '../../report/stack-text.ts';
import { currentCall } from '../../scope/lookup.ts';
import type { Site } from '../../session/events.ts';

/** Enough for the driver's loop, the user's functions and the loop around them. */
const depth = 100;

const frame = /SessionGuardCallback/;

/**
 * The function that stands between the driver's loop and a user's callback where the loop itself is on no async stack: its
 * name is what async stacks are searched for. It is the key of an object because minifiers leave those alone.
 */
export const callbackFrames = {
  async awaitSessionGuardCallback(returned: PromiseLike<unknown>): Promise<unknown> {
    const value = await returned;
    return value;
  },
};

type Below = (...args: never[]) => unknown;

/** How many callbacks of helpers, one inside the other, are awaiting the current code. */
export function callbacksAbove(below: Below): number {
  let count = 0;
  for (let site: Site | undefined = captureSite(below, depth); site !== undefined; site = site.via)
    count += callbacksIn(site);
  return count;
}

/**
 * True if a callback of a helper has called the current code, or awaits it: V8 follows every await, `Promise.all` and `then`
 * on the way. What a queue or a limiter runs in somebody else's async context is not reached from there. What a library runs
 * as a part of one of its calls was called by whoever made that call.
 */
export function isCalledByCallback(below: Below): boolean {
  return isReached(below, 1);
}

/** The same for what the loop of a helper itself calls: true if the callback of another helper awaits this one. */
export function isLoopCalledByCallback({ loopOnStack }: HelperRun, below: Below): boolean {
  return isReached(below, loopOnStack ? 2 : 1);
}

function isReached(below: Below, wanted: number): boolean {
  let left = wanted;
  for (let site: Site | undefined = captureSite(below, depth); site !== undefined; site = site.via) {
    left -= callbacksIn(site);
    if (left <= 0) return true;
    const root = rootOf(site);
    if (root === 'other' || (root === 'unknown' && currentCall()?.ofCursor !== true)) return false;
  }
  return false;
}

function callbacksIn(site: Site): number {
  const text = stackText(site) ?? '';
  if (!text.includes('withTransaction') && !frame.test(text)) return 0;
  return parseStack(text).filter(isLoop).length;
}

/** The driver's loop, which calls or awaits the callback; ours in its place. */
function isLoop({ name = '', file }: Frame): boolean {
  if (frame.test(name)) return true;
  return /(?:^|\.)withTransaction$/.test(name) && !isForeign(file) && !isOwn(file);
}
