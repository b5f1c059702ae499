import type { Wanted } from '../runtime/transaction/wanted.ts';
import { captureSite } from '../scope/site-capture.ts';
import { isForeign, isOwn, rootOf } from '../stack/place.ts';
import { type Frame, parseStack, type StackStart } from '../stack/stack.ts';
import { stackText } from '../stack/stack-text.ts';
import { currentCall } from '../scope/lookup.ts';
import type { Site } from '../events/events.ts';

/** Deep enough for the driver's loop, the user's functions and the loop around them. */
const depth = 100;

const frame = /SessionGuardCallback/;

/**
 * A function between the driver's loop and a user's callback, for loops that are not on async stacks: async stacks are searched
 * for its name. It is a property of an object, because minifiers do not rename properties.
 */
export const callbackFrames = {
  async awaitSessionGuardCallback(returned: PromiseLike<unknown>): Promise<unknown> {
    const value = await returned;
    return value;
  },
};

/** How many nested callbacks of transaction runners are awaiting the current code. */
export function callbacksAbove(below: StackStart): number {
  let count = 0;
  for (let site: Site | undefined = captureDeep(below); site !== undefined; site = site.via)
    count += callbacksIn(site);
  return count;
}

/**
 * True if a callback of a transaction runner has called the current code, or awaits it: V8 follows every await, `Promise.all`
 * and `then` on the way. Code that a queue or a limiter runs in an unrelated async context is not reached from the callback.
 * Code that a library runs during a call counts as called by the caller of the library.
 */
export function isCalledByCallback(below: StackStart, site = captureDeep(below)): boolean {
  return isReached(site, 1);
}

/** The current place, with a stack that is deep enough to find the loop of a runner in it. */
export function captureDeep(below: StackStart): Site {
  return captureSite(below, depth);
}

/** The same for code that a runner's loop itself calls: true if the callback of another runner awaits this runner. */
export function isLoopCalledByCallback({ loopOnStack }: Wanted, below: StackStart): boolean {
  return isReached(captureDeep(below), loopOnStack ? 2 : 1);
}

function isReached(from: Site, wanted: number): boolean {
  let left = wanted;
  for (let site: Site | undefined = from; site !== undefined; site = site.via) {
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

/** The driver's loop, which calls or awaits the callback, or our replacement of it. */
function isLoop({ name = '', file }: Frame): boolean {
  if (frame.test(name)) return true;
  return /(?:^|\.)withTransaction$/.test(name) && !isForeign(file) && !isOwn(file);
}
