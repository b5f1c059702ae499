import { captureSite } from '../../guard/site-capture.ts';
import { rootOf } from '../../report/place.ts';
import { stackText } from '../../report/stack-text.ts';
import { currentCall } from '../../scope/lookup.ts';
import type { Site } from '../../session/events.ts';

/** Enough for the driver's loop, the user's functions and the loop around them. */
const depth = 100;

const frame = /(?:enter|settle)SessionGuardCallback/;
const awaitingFrame = /settleSessionGuardCallback/g;

/**
 * The two functions that stand between the driver's loop and a user's callback: while the callback runs, the first is on the
 * stack, and later the second awaits it. Their names are what async stacks are searched for. They are the keys of an object
 * because minifiers leave those alone.
 */
export const callbackFrames = {
  enterSessionGuardCallback<T>(run: () => T): T {
    return run();
  },
  async settleSessionGuardCallback(returned: PromiseLike<unknown>): Promise<unknown> {
    const value = await returned;
    return value;
  },
};

/** How many callbacks of helpers, one inside the other, are awaiting the current code. */
export function callbacksAbove(below: (...args: never[]) => unknown): number {
  let count = 0;
  for (let site: Site | undefined = captureSite(below, depth); site !== undefined; site = site.via)
    count += stackText(site)?.match(awaitingFrame)?.length ?? 0;
  return count;
}

/**
 * True if a callback of a helper has called the current code, or awaits it: V8 follows every await, `Promise.all` and `then`
 * on the way. What a queue or a limiter runs in somebody else's async context is not reached from there. What a library runs
 * as a part of one of its calls was called by whoever made that call.
 */
export function isCalledByCallback(below: (...args: never[]) => unknown): boolean {
  for (let site: Site | undefined = captureSite(below, depth); site !== undefined; site = site.via) {
    if (frame.test(stackText(site) ?? '')) return true;
    const root = rootOf(site);
    if (root === 'other' || (root === 'unknown' && currentCall()?.ofCursor !== true)) return false;
  }
  return false;
}
