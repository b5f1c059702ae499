/**
 * The one clock. It is asked through this object each time, never through a copy of its method, so that a test can set it.
 * Milliseconds, monotonic.
 */
export const clock = {
  now(): number {
    return performance.now();
  },
};
