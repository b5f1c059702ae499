import timers from 'node:timers';
import { shared } from '../../guard/runtime/process/shared-state.ts';
import type { Operation } from '../../guard/events/events.ts';
import { awaitable } from '../../guard/events/record.ts';

/** How often, and at what interval in milliseconds, the settling of a test's work is checked. */
const looks = 100;
const pauseMS = 5;

/** Taken before a test replaces the timers. */
const { setImmediate, setTimeout } = timers;

/** The operations that are in flight now. */
export function operationsInFlight(): ReadonlySet<Operation> {
  return new Set([...shared.pipeline.world.sessions.values()].flatMap(awaitable));
}

/** Waits until no new operation with a session is in flight, for half a second at most. */
export async function waitForOperations(before: ReadonlySet<Operation>): Promise<void> {
  await new Promise(resolve => setImmediate(resolve));
  for (let look = 0; look < looks && isBusy(before); look += 1) {
    await new Promise(resolve => setTimeout(resolve, pauseMS));
  }
}

function isBusy(before: ReadonlySet<Operation>): boolean {
  for (const operation of operationsInFlight()) if (!before.has(operation)) return true;
  return false;
}
