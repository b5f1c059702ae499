import { describe, test } from 'vitest';
import { type Driver, drivers } from './drivers.ts';

/** A test on driver 7 and on driver 6. */
export function onEachDriver(
  title: string,
  run: (driver: Driver) => Promise<void>,
  timeoutMS?: number,
): void {
  describe.each(drivers)('$name', driver => {
    test(title, () => run(driver), timeoutMS);
  });
}
