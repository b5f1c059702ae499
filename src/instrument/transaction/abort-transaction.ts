import type { Over } from '../../guard/ending-watch.ts';
import { follow } from '../../guard/follow.ts';
import { captureSite } from '../../guard/site-capture.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { drain } from '../../protect/drain.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import type { Operation, Site } from '../../session/events.ts';
import { announceEnding } from '../session/announce-ending.ts';
import { liveOf } from '../session/attach.ts';
import { takeAborter } from '../session/caller.ts';
import { runAfterAbort } from './callbacks.ts';
import { killCursorsOfTransaction } from '../operation/cursors.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';
import { sendUntouched } from './send-untouched.ts';

type Abort = (this: DriverSession, options?: object) => Promise<void>;

export function observeAbort(copy: DriverCopy): void {
  replaceMethod<Abort>(copy.ClientSession.prototype, 'abortTransaction', original => {
    return function abortTransaction(options) {
      const live = liveOf(this);
      if (live === undefined || live.driverAtWork) return original.call(this, options);
      const byLoop = takeAborter() === 'helper' || live.helper?.phase === 'loop';
      const site = byLoop ? live.helper?.site : captureSite(abortTransaction);
      const send = () => original.call(this, options);
      const call = { copy, session: this, live, byLoop, site, send, below: abortTransaction };
      return live.starts?.last?.then(() => abort(call)) ?? abort(call);
    };
  });
}

/** One call of `abortTransaction`. */
interface AbortCall {
  readonly copy: DriverCopy;
  readonly session: DriverSession;
  readonly live: LiveSession;
  readonly byLoop: boolean;
  readonly site: Site | undefined;
  readonly send: () => Promise<void>;
  readonly below: Abort;
}

function abort(call: AbortCall): Promise<void> {
  const { live, byLoop, session, site, send, below } = call;
  const { protect } = live.guard.settings;
  if (live.refused || (byLoop && protect && isOver(live))) return Promise.resolve();
  const refusal = announceEnding(live, 'abort', byLoop ? 'helper' : 'user', site);
  const isRefused = refusal !== undefined && isOver(live);
  // Begun before the first wait: an end that follows at once must see it.
  const begun = live.begin({ command: 'abortTransaction', kind: 'abort', inTransaction: false });
  const settle: Over = failed => {
    live.settle(begun, failed !== undefined, failed?.error);
    if (failed === undefined) aborted(live, byLoop);
  };
  if (isRefused) return refuse(settle, startingBelow(refusal, below));
  const sent = protect
    ? sendProtected(call, begun, settle)
    : sendUntouched('abort', session, live, send, settle);
  return afterwards(live, byLoop, sent);
}

function refuse(settle: Over, error: Error): Promise<never> {
  settle({ error });
  return Promise.reject(error);
}

function sendProtected(
  { copy, session, live, send }: AbortCall,
  begun: Operation,
  settle: Over,
): Promise<void> {
  const isSettled =
    live.record.openCursors.size === 0 && live.undrained(begun, live.helper?.operation).length === 0;
  const sent = isSettled
    ? withRoom(send)
    : settleFirst(copy, session, live, begun).then(() => withRoom(send));
  live.endingSent = sent;
  const leave: Over = failed => {
    if (live.endingSent === sent) live.endingSent = undefined;
    settle(failed);
  };
  return follow(
    sent,
    () => leave(),
    error => {
      leave({ error });
      return withoutOwnFrames(error);
    },
  );
}

function afterwards(live: LiveSession, byLoop: boolean, sent: Promise<void>): Promise<void> {
  const { attempt, helper } = live;
  if (byLoop || helper !== undefined || attempt === undefined || attempt.afterAbort.length === 0) return sent;
  return sent.then(() => runAfterAbort(attempt));
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
