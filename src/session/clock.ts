/** Kept from before a program's tests put fake time in its place: no server lives through that. */
const now = performance.now.bind(performance);

/**
 * The one clock. It is asked through this object each time, never through a copy of its method, so that a test can set it.
 * Milliseconds, monotonic.
 */
export const clock = {
  now(): number {
    return now();
  },
};
