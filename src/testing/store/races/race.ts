import { setImmediate, setTimeout } from 'node:timers/promises';
import type { Ground } from '../support/ground.ts';

/**
 * Runs a race many times, many rounds at once.
 * @param round gets its number; it rejects if a rule was broken
 */
export async function race(
  { races, parallel }: Pick<Ground, 'races' | 'parallel'>,
  round: (number: number) => Promise<void>,
): Promise<void> {
  for (let from = 0; from < races; from += parallel) {
    const length = Math.min(parallel, races - from);
    await Promise.all(Array.from({ length }, (_, index) => round(from + index)));
  }
}

/** Runs two actions at once. In each round one of them gets a head start of a different length, so that each order occurs. */
export function beside<A, B>(
  number: number,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[A, B]> {
  const lead = (number % 9) - 4;
  return Promise.all([late(-lead, first), late(lead, second)]);
}

async function late<R>(lead: number, start: () => Promise<R>): Promise<R> {
  if (lead > 2) await setTimeout(lead === 3 ? 1 : 4);
  else for (let turn = 0; turn < lead * 3; turn += 1) await setImmediate();
  return start();
}
