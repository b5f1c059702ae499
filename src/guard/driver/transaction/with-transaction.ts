import type { Site } from '../../events/events.ts';
import { warningCodes } from '../../../errors/codes.ts';
import { announceRunEnd } from '../../runtime/transaction/announce-run-end.ts';
import { TransactionRun } from '../../runtime/transaction/transaction-run.ts';
import type { Wanted } from '../../runtime/transaction/wanted.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { notice } from '../../../platform/notices.ts';
import { askParticipants } from '../../runtime/process/libraries.ts';
import { withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';
import { currentTransaction } from '../../scope/lookup.ts';
import type { RunTrack } from '../../runtime/tracking/run-track.ts';
import { trackers } from '../../runtime/tracking/trackers.ts';
import { trackRun } from '../operation/track-operation.ts';
import { liveBehind, liveOf } from '../session/attach.ts';
import { attemptCallback, type Callback } from './attempt.ts';
import { runAfterAbort, runAfterCommit } from './callbacks.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import { type RunnerSetup, setupOf, type WithSetup } from './runner-setup.ts';

type WithTransaction = (this: DriverSession, fn: Callback, options?: WithSetup) => Promise<unknown>;

export function patchWithTransaction(copy: DriverCopy): void {
  replaceMethod<WithTransaction>(copy.ClientSession.prototype, 'withTransaction', original => {
    const loopOnStack = copy.files !== undefined && awaitsCallback(original);
    return function withTransaction(fn, options) {
      const live = liveOf(this);
      if (live === undefined || typeof fn !== 'function') return original.call(this, fn, options);
      const setup = setupOf(options);
      const own = setup === undefined ? options : setup.options;
      const wanted = wantedOf(this, live, fn, own ?? {}, setup, loopOnStack, withTransaction);
      const run = new TransactionRun(live.record, wanted);
      const callback = attemptCallback(this, live, run, fn);
      return runAll(this, live, run, () => original.call(this, callback, own), setup?.track);
    };
  });
}

/** Up to 6.5 the driver chains promises, so that its frames are on no async stack. */
function awaitsCallback(original: WithTransaction): boolean {
  return /\bawait\b/.test(Function.prototype.toString.call(original));
}

function wantedOf(
  session: DriverSession,
  live: LiveSession,
  fn: Callback,
  options: object,
  setup: RunnerSetup | undefined,
  loopOnStack: boolean,
  below: WithTransaction,
): Wanted {
  const outer = setup?.ownTransaction === true ? undefined : currentTransaction(session.client)?.attempt;
  return {
    loopOnStack,
    site: setup === undefined ? live.guard.sites.capture(below) : setup.site,
    token: setup?.token ?? {},
    inject: setup?.inject ?? false,
    control: setup?.control,
    name: setup?.name,
    callback: setup?.callback ?? fn,
    restoresObjects: setup !== undefined || live.guard.settings.protect,
    options,
    outer: outer && outer.session !== live ? { attempt: outer, site: runnerSite(outer) } : undefined,
  };
}

function runnerSite({ session }: AttemptScope): Site | undefined {
  return liveBehind(session).runner?.wanted.site;
}

function runAll(
  session: DriverSession,
  live: LiveSession,
  run: TransactionRun,
  loop: () => Promise<unknown>,
  begun: RunTrack | undefined,
): Promise<unknown> {
  const before = live.runner;
  const { restoresObjects, site, token } = run.wanted;
  const { callbacks } = live.guard;
  live.runner = run;
  callbacks.add(token);
  const operation = live.begin(
    { command: 'withTransaction', kind: 'runner', inTransaction: false, site },
    token,
  );
  run.advance({ type: 'begun', operation });
  // A call that is followed stays so, also if its tracker has left while it waited for its turn.
  const isFollowed = begun !== undefined || trackers.size > 0;
  const track = isFollowed ? trackRun(live, session, begun) : undefined;
  if (restoresObjects) askParticipants('begin', session);
  const finish = (failure?: { readonly error: unknown }) => {
    live.guard.contention.leave(run);
    if (failure === undefined) live.succeeded(operation);
    else live.failed(operation, failure.error);
    run.advance({ type: 'finished', unknown: isOutcomeUnknown(live), failure });
    announceRunEnd(live, run, failure);
  };
  const leave = () => {
    callbacks.delete(token);
    live.runner = before;
    run.wanted.outer = undefined;
    if (restoresObjects) askParticipants('end', session);
  };
  return withRoom(() => (track === undefined ? loop() : track.run(loop))).then(
    result => {
      finish();
      leave();
      const after = runCallbacks(live, run);
      return after === undefined ? result : after.then(() => result);
    },
    (error: unknown) => {
      finish({ error });
      if (restoresObjects && !isOutcomeUnknown(live)) askParticipants('undo', session);
      // Before the callbacks: one of them may close the client, or run a transaction on the same session.
      leave();
      return rejectAfterCallbacks(live, run, error);
    },
  );
}

function rejectAfterCallbacks(live: LiveSession, run: TransactionRun, error: unknown): Promise<never> {
  const after = runCallbacks(live, run)?.catch(warnOfCallback);
  if (after !== undefined) return after.then(() => Promise.reject(withoutOwnFrames(error)));
  throw withoutOwnFrames(error);
}

/**
 * Called when the run has left its session: a callback may close the client, or run a transaction on the same session.
 * After a commit with an unknown outcome, neither kind of callback may run: each could be wrong.
 */
function runCallbacks(live: LiveSession, run: TransactionRun): Promise<void> | undefined {
  if (run.hasCommitted) {
    return (run.attempt?.afterCommit.length ?? 0) === 0 ? undefined : runAfterCommit(run.attempt);
  }
  if (isOutcomeUnknown(live)) return undefined;
  return (run.attempt?.afterAbort.length ?? 0) === 0 ? undefined : runAfterAbort(run.attempt);
}

/** After a commit with an unknown outcome, objects are not restored: the transaction may have been committed. */
function isOutcomeUnknown({ record }: LiveSession): boolean {
  return record.transaction?.outcomeUnknown === true;
}

/** A failure here becomes a warning, because the caller gets the error of the transaction. */
function warnOfCallback(error: unknown): void {
  notice(warningCodes.callbackFailed, 'A callback of afterCommit failed.', error);
}
