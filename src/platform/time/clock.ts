import timers from 'node:timers';

/** Taken before a program's tests install fake timers: real servers do not follow fake time. */
const now = performance.now.bind(performance);
const wall = Date.now.bind(Date);

/** The clocks of this process. Call them through this object, never through a copy of a method, so that a test can set them. */
export const clock = {
  /** Monotonic milliseconds, which cannot be set. This clock may stop while the machine sleeps. */
  now(): number {
    return now();
  },

  /** Milliseconds since 1970; this clock may be set. */
  wall(): number {
    return wall();
  },
};

/**
 * Node's own timers, taken when this package was loaded. Tests of the program may replace the global timers by fake timers and
 * run them all, and under an emulated browser timers are numbers, which have no `unref`.
 */
export const { setInterval, clearInterval, setTimeout, clearTimeout, setImmediate } = timers;

/** The longest wait of a timer, nearly 25 days. A timer that is given more, or `Infinity`, fires at once. */
export const longestTimerMS = 2 ** 31 - 1;
