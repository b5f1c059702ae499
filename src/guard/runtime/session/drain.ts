import type { LiveSession } from './live-session.ts';
import {
  clearTimeout,
  clock,
  longestTimerMS,
  setImmediate,
  setTimeout,
} from '../../../platform/time/clock.ts';
import type { Operation } from '../../events/events.ts';

export interface Drained {
  /** The first operation that failed while it was waited for. */
  readonly failure?: { readonly error: unknown } | undefined;
  /** The operations that still ran at the limit. */
  readonly stuck: readonly Operation[];
}

/** There was nothing to wait for. */
export const nothing: Drained = { stuck: [] };

/**
 * Waits until everything that was begun with the session has settled: until nothing is in flight, then one macrotask for code
 * that continues after it, and again. Limited by `drainTimeoutMS`: at the limit it reports and continues.
 */
export async function drain(
  live: LiveSession,
  ...except: readonly (Operation | undefined)[]
): Promise<Drained> {
  if (live.undrained(except).length === 0) return nothing;
  let failure: Drained['failure'];
  const unwatch = live.watch((operation, error, failed) => {
    if (failed && operation.kind !== 'killCursors' && operation.kind !== 'batch') failure ??= { error };
  });
  try {
    const stuck = await settled(live, except);
    return { failure, stuck };
  } finally {
    unwatch();
  }
}

/** The drain of a manual transaction before its end; those who follow the transaction hear of the wait. */
export function drainFollowed(
  live: LiveSession,
  except: readonly (Operation | undefined)[],
): Promise<Drained> {
  const draining = drain(live, ...except);
  return live.run.track?.waits('drain', draining) ?? draining;
}

/** @returns the operations that still run at the limit */
async function settled(
  live: LiveSession,
  except: readonly (Operation | undefined)[],
): Promise<readonly Operation[]> {
  const limit = live.guard.settings.drainTimeoutMS;
  const start = clock.now();
  for (let open = live.undrained(except); open.length > 0; open = live.undrained(except)) {
    const left = limit - (clock.now() - start);
    if (left <= 0 || !(await nextSettled(live, left))) {
      const stuck = live.undrained(except);
      exceeded(live, stuck, limit);
      return stuck;
    }
    if (live.undrained(except).length === 0) await nextMacrotask();
  }
  return [];
}

/** @returns false if nothing settles within the limit. */
function nextSettled(live: LiveSession, limitMS: number): Promise<boolean> {
  return new Promise(resolve => {
    const done = (answer: boolean) => {
      clearTimeout(timer);
      unwatch();
      resolve(answer);
    };
    const unwatch = live.watch(() => done(true));
    const timer = setTimeout(done, Math.min(limitMS, longestTimerMS), false);
  });
}

function exceeded(live: LiveSession, open: readonly Operation[], limitMS: number): void {
  // Nobody has forgotten to await them: their call was stopped, and the server does not answer.
  if (open.length === 0 || (live.runner ?? live.run).isCutOff) return;
  live.guard.publish(
    { type: 'drain.exceeded', session: live.record.id, pending: open, afterMS: limitMS },
    live.record,
  );
}

function nextMacrotask(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
