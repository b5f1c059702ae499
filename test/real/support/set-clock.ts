import { onTestFinished } from 'vitest';
import { clock } from '../../../src/session/clock.ts';

/** Lets time pass for the guard alone; set back when the test is over. */
export function passSeconds(count: number): void {
  const before = { ...clock };
  onTestFinished(() => {
    Object.assign(clock, before);
  });
  clock.now = () => before.now() + count * 1000;
}
