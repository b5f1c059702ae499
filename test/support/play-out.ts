import { setImmediate } from 'node:timers/promises';
import type { Scheduler } from 'fast-check';

/** So many turns of the event loop without a task that could go on: nobody will go on any more. */
const mostIdleTurns = 20;

/**
 * Lets what was scheduled happen, in the order of the scheduler, until the work is done.
 * @throws Error if nothing is scheduled any more and the work is not done: somebody was left behind
 */
export async function playOut<R>(scheduler: Scheduler, work: Promise<R>): Promise<R> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  // It is awaited below.
  done.catch(() => undefined);
  for (let idle = 0; idle < mostIdleTurns; idle += 1) {
    // All that follows from the last task has happened by then.
    await setImmediate();
    if (isDone) return done;
    if (scheduler.count() === 0) continue;
    idle = 0;
    await scheduler.waitOne();
  }
  throw new Error('Nothing goes on any more, and somebody still waits.');
}

/** A step of a call, whose place among the steps of the others is up to the scheduler. */
export async function step(scheduler: Scheduler, name: string): Promise<void> {
  await scheduler.schedule(Promise.resolve(), name);
}
