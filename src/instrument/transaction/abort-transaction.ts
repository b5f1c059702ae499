import { captureSite } from '../../guard/site-capture.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { drain } from '../../protect/drain.ts';
import type { Operation } from '../../session/events.ts';
import { announceEnding } from '../session/announce-ending.ts';
import { liveOf } from '../session/attach.ts';
import { takeAborter } from '../session/caller.ts';
import { runAfterAbort } from './callbacks.ts';
import { killCursorsOfTransaction } from '../operation/cursors.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';

type Abort = (this: DriverSession, options?: object) => Promise<void>;

export function observeAbort(copy: DriverCopy): void {
  replaceMethod<Abort>(copy.ClientSession.prototype, 'abortTransaction', original => {
    return async function abortTransaction(options) {
      const live = liveOf(this);
      if (live === undefined || live.driverAtWork) return original.call(this, options);
      const byLoop = takeAborter() === 'helper' || live.helper?.phase === 'loop';
      if (live.refused || (byLoop && live.guard.settings.protect && isOver(live))) return;
      const site = byLoop ? live.helper?.site : captureSite(abortTransaction);
      const refusal = announceEnding(live, 'abort', byLoop ? 'helper' : 'user', site);
      // Begun before the first wait: an end that follows at once must see it.
      const begun = live.begin({ command: 'abortTransaction', kind: 'abort', inTransaction: false });
      try {
        if (refusal !== undefined && isOver(live)) throw refusal;
        if (live.guard.settings.protect) await settleFirst(copy, this, live, begun);
        await original.call(this, options);
        live.settle(begun, false);
        aborted(live, byLoop);
      } catch (error) {
        live.settle(begun, true, error);
        throw error;
      }
      if (!byLoop && live.helper === undefined) await runAfterAbort(live.attempt);
    };
  });
}

/**
 * After a commit, an abort or an end by hand in the callback the driver's loop aborts once more, and its complaint about
 * that would take the place of the user's error.
 */
function isOver({ record }: LiveSession): boolean {
  const phase = record.transaction?.phase;
  return record.phase === 'ended' || phase === 'aborted' || phase === 'committed' || phase === 'failed';
}

async function settleFirst(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  own: Operation,
): Promise<void> {
  // Whoever calls it while a helper runs is that helper's callback or the helper itself: it is never waited for.
  await drain(live, own, live.helper?.operation);
  await killCursorsOfTransaction(copy, session, live);
}

function aborted(live: LiveSession, byLoop: boolean): void {
  const { guard, record } = live;
  guard.publish({ type: 'transaction.aborted', session: record.id, by: byLoop ? 'helper' : 'user' }, record);
  // A helper counts, and is over, when its last attempt is.
  if (live.helper !== undefined) return;
  guard.counters.transactionsAborted += 1;
  if (live.attempt !== undefined) live.attempt.over = true;
}
