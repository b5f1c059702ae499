import { captureSite } from '../guard/site-capture.ts';

/** Enough for the driver's loop, the user's functions and the loop around them. */
const depth = 100;

const frame = /(?:enter|settle)SessionGuardCallback/;

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

/**
 * True if a callback of a helper has called the current code, or awaits it: V8 follows every await, `Promise.all` and `then`
 * on the way. What a queue or a limiter runs in somebody else's async context is not reached from there.
 */
export function isCalledByCallback(below: (...args: never[]) => unknown): boolean {
  return frame.test(captureSite(below, depth).stack ?? '');
}
