import { EndingWatch, type Over } from '../../runtime/session/ending-watch.ts';
import { follow } from '../../../platform/follow.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import type { DriverSession } from '../copies/driver-types.ts';

/** In these states the driver sends nothing and throws nothing. */
const empty = {
  commit: new Set(['STARTING_TRANSACTION', 'TRANSACTION_COMMITTED_EMPTY']),
  abort: new Set(['STARTING_TRANSACTION']),
} as const;

/**
 * Calls the driver's own commit or abort at once, and returns its own promise: a client that is only observed behaves as without
 * the guard, also if the user awaits nothing. Only the error of a call that sends nothing comes a microtask later, because its
 * stack has a frame of ours.
 */
export function sendUntouched(
  as: 'commit' | 'abort',
  session: DriverSession,
  live: LiveSession,
  send: () => Promise<void>,
  over: Over,
): Promise<void> {
  const isEmpty = empty[as].has(session.transaction.state ?? '');
  const watch = new EndingWatch(failed => {
    if (live.endingWatch === watch) live.endingWatch = undefined;
    over(failed);
  });
  live.endingWatch = watch;
  const promise = withRoom(send);
  if (watch.isSent) return promise;
  live.endingWatch = undefined;
  if (!isEmpty)
    return follow(
      promise,
      () => over(),
      error => noted(error, over),
    );
  over();
  return promise;
}

function noted(error: unknown, over: Over): unknown {
  over({ error });
  return withoutOwnFrames(error);
}
