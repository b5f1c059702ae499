import { EndingWatch, type Over } from '../../guard/ending-watch.ts';
import { follow } from '../../guard/follow.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import type { DriverSession } from '../driver/driver-types.ts';

/** In these states the driver has nothing to send, and nothing to complain about. */
const empty = {
  commit: new Set(['STARTING_TRANSACTION', 'TRANSACTION_COMMITTED_EMPTY']),
  abort: new Set(['STARTING_TRANSACTION']),
} as const;

/**
 * Calls the driver's own commit or abort at once, and gives its own promise back: a client that is only observed does what it
 * does without us, also where the user awaits nothing. Only the error of a call that sends nothing comes a microtask later,
 * since it was made with a frame of ours on the stack.
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
    if (live.ending === watch) live.ending = undefined;
    over(failed);
  });
  live.ending = watch;
  const promise = withRoom(send);
  if (watch.isSent) return promise;
  live.ending = undefined;
  if (!isEmpty)
    return follow(
      promise,
      () => over(),
      error => told(error, over),
    );
  over();
  return promise;
}

function told(error: unknown, over: Over): unknown {
  over({ error });
  return withoutOwnFrames(error);
}
