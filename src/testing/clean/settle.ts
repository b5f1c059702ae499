import timers from 'node:timers';
import { shared } from '../../guard/shared-state.ts';
import type { Operation } from '../../session/events.ts';
import { awaitable } from '../../session/record.ts';

/** How often, and how many milliseconds apart, we look whether a test's work has settled. */
const looks = 100;
const pauseMS = 5;

/** Kept from before a test puts its own timers in their place. */
const { setImmediate, setTimeout } = timers;

/** The operations that are in flight now. */
export function operationsInFlight(): ReadonlySet<Operation> {
  return new Set([...shared.spine.world.sessions.values()].flatMap(awaitable));
}

/** Waits until nothing with a session is in flight that was not so before, for half a second at most. */
export async function settle(before: ReadonlySet<Operation>): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  for (let look = 0; look < looks && isBusy(before); look += 1) {
    await new Promise(resolve => setTimeout(resolve, pauseMS));
  }
}

function isBusy(before: ReadonlySet<Operation>): boolean {
  for (const operation of operationsInFlight()) if (!before.has(operation)) return true;
  return false;
}
