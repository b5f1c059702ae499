// @ts-check
// In the place of `fast-check` in the tests of a room: each change would try all values of a property again.
import * as own from 'fast-check';

export * from 'fast-check';

const mostRuns = 100;

/** @type {(property: any, options?: own.Parameters<unknown>) => Promise<void> | void} */
export function assert(property, options = {}) {
  return own.assert(property, { ...options, numRuns: Math.min(mostRuns, options.numRuns ?? mostRuns) });
}
