import type { Over } from '../../runtime/session/ending-watch.ts';
import { follow } from '../../../platform/follow.ts';
import { captureSite } from '../../scope/site-capture.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { announceRunEnd } from '../../runtime/transaction/announce-run-end.ts';
import { drainFollowed } from '../../runtime/session/drain.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import type { Operation, Site } from '../../events/events.ts';
import { announceEnding } from './announce-ending.ts';
import { liveOf } from '../session/attach.ts';
import { type MaybeByRunner, callerOf } from '../session/caller.ts';
import { runAfterAbort } from './callbacks.ts';
import { killCursorsOfTransaction } from '../cursor/kill-cursors.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import { sendUntouched } from './send-untouched.ts';
import type { StackStart } from '../../stack/stack.ts';

type Abort = (this: DriverSession, options?: MaybeByRunner) => Promise<void>;

export function patchAbortTransaction(copy: DriverCopy): void {
  replaceMethod<Abort>(copy.ClientSession.prototype, 'abortTransaction', original => {
    return function abortTransaction(given) {
      const runner = callerOf(given);
      const options = runner === undefined ? given : runner.options;
      const live = liveOf(this);
      if (live === undefined || live.driverAtWork) return original.call(this, options);
      const byLoop = runner !== undefined || live.runner?.isInLoop === true;
      const site = byLoop ? live.runner?.wanted.site : captureSite(abortTransaction);
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
  readonly below: StackStart;
}

function abort(call: AbortCall): Promise<void> {
  const { live, byLoop, session, site, send, below } = call;
  const { protect } = live.guard.settings;
  if (live.run.isRefused || (byLoop && protect && isOver(live))) return Promise.resolve();
  const refusal = announceEnding(live, 'abort', byLoop ? 'runner' : 'user', site);
  const isRefused = refusal !== undefined && isOver(live);
  // Begun before the first wait: an end that follows at once must find it.
  const begun = live.begin({ command: 'abortTransaction', kind: 'abort', inTransaction: false });
  const settle: Over = failed => {
    if (failed !== undefined) return live.failed(begun, failed.error);
    live.succeeded(begun);
    aborted(live, byLoop);
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
  const isSettled = live.record.openCursors.size === 0 && !live.hasUndrained(begun, live.runner?.operation);
  const sent = isSettled
    ? withRoom(send)
    : drainBeforeAbort(copy, session, live, begun).then(() => withRoom(send));
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
  const { runner } = live;
  const { attempt } = live.run;
  if (byLoop || runner !== undefined || attempt === undefined || attempt.afterAbort.length === 0) return sent;
  return sent.then(() => runAfterAbort(attempt));
}

/**
 * If the callback has called commit, abort or `endSession` itself, the driver's loop aborts once more, and the driver's error
 * about that would replace the user's error.
 */
function isOver({ record }: LiveSession): boolean {
  const phase = record.transaction?.phase;
  return record.phase === 'ended' || phase === 'aborted' || phase === 'committed' || phase === 'failed';
}

async function drainBeforeAbort(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  own: Operation,
): Promise<void> {
  // While a runner is active, only its callback or the runner itself calls this: the runner is never waited for.
  const running = [own, live.runner?.operation];
  const { stuck } = await drainFollowed(live, running);
  await killCursorsOfTransaction(copy, session, live, [...running, ...stuck]);
}

function aborted(live: LiveSession, byLoop: boolean): void {
  const { guard, record, run, runner } = live;
  const by = byLoop ? 'runner' : 'user';
  guard.publish({ type: 'transaction.aborted', session: record.id, by }, record);
  (runner ?? run).advance({ type: 'aborted', by });
  // A runner is counted when its last attempt is over.
  if (runner !== undefined) return guard.contention.attemptOver(runner);
  announceRunEnd(live, run, 'abort');
}
