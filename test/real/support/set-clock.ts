import { onTestFinished } from 'vitest';
import { clock } from '../../../src/platform/time/clock.ts';

/** Lets time pass for the guard alone; set back when the test is over. */
export function passSeconds(count: number): void {
  const before = { ...clock };
  onTestFinished(() => {
    Object.assign(clock, before);
  });
  clock.now = () => before.now() + count * 1000;
  clock.wall = () => before.wall() + count * 1000;
}
