import type { LiveSession } from '../guard/live-session.ts';
import { clearTimeout, setImmediate, setTimeout } from '../guard/timers.ts';
import { clock } from '../session/clock.ts';
import type { Operation } from '../session/events.ts';

export interface Drained {
  /** The first operation that failed while it was waited for. */
  readonly failure?: { readonly error: unknown } | undefined;
}

const nothing: Drained = {};

/**
 * Waits until everything begun with the session has settled: nothing in flight, then one macrotask for what follows from it,
 * and again. Bounded by `drainTimeoutMS`; at the limit it reports and goes on.
 */
export async function drain(
  live: LiveSession,
  ...except: readonly (Operation | undefined)[]
): Promise<Drained> {
  if (live.undrained(...except).length === 0) return nothing;
  let failure: Drained['failure'];
  const unwatch = live.watch((operation, error, failed) => {
    if (failed && operation.kind !== 'killCursors' && operation.kind !== 'batch') failure ??= { error };
  });
  try {
    await settled(live, except);
  } finally {
    unwatch();
  }
  return { failure };
}

async function settled(live: LiveSession, except: readonly (Operation | undefined)[]): Promise<void> {
  const limit = live.guard.settings.drainTimeoutMS;
  const start = clock.now();
  for (let open = live.undrained(...except); open.length > 0; open = live.undrained(...except)) {
    const left = limit - (clock.now() - start);
    if (left <= 0 || !(await nextSettled(live, left)))
      return exceeded(live, live.undrained(...except), limit);
    if (live.undrained(...except).length === 0) await nextMacrotask();
  }
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
    const timer = setTimeout(done, limitMS, false);
  });
}

function exceeded(live: LiveSession, open: readonly Operation[], limitMS: number): void {
  if (open.length === 0) return;
  live.guard.publish(
    { type: 'drain.exceeded', session: live.record.id, pending: open, afterMS: limitMS },
    live.record,
  );
}

function nextMacrotask(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}
