import { expect, onTestFinished, vi } from 'vitest';
import { clock } from '../../src/platform/time/clock.ts';

/**
 * Until the end of the test, the monotonic clock of the library stands still.
 * @returns sets how much time has passed
 */
export function holdTime(): (ms: number) => void {
  const began = clock.now();
  let passedMS = 0;
  const held = vi.spyOn(clock, 'now').mockImplementation(() => began + passedMS);
  onTestFinished(() => held.mockRestore());
  return ms => (passedMS = ms);
}

/** Lets time pass only as long as it is wanted: the stop may not be waiting for it yet. */
export async function untilPassed(
  isReached: () => boolean,
  passes: (ms: number) => void,
  fromMS = 0,
): Promise<void> {
  let soFarMS = fromMS;
  await expect
    .poll(() => {
      if (!isReached()) passes((soFarMS += 1000));
      return isReached();
    })
    .toBe(true);
}

/** Lets time pass as long as a stop wants it. */
export async function untilOver<T>(
  stopped: Promise<T>,
  passes: (ms: number) => void,
  fromMS: number,
): Promise<T> {
  let isOver = false;
  void stopped.finally(() => (isOver = true));
  await untilPassed(() => isOver, passes, fromMS);
  return stopped;
}
