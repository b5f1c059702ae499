import { warningCodes } from '../../errors/codes.ts';
import type { HelperRun } from '../../guard/helper-run.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { notice } from '../../guard/notices.ts';
import { askParticipants } from '../../guard/session-participants.ts';
import { withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import { currentTransaction } from '../../scope/lookup.ts';
import { liveOf } from '../session/attach.ts';
import { attemptCallback, type Callback } from './attempt.ts';
import { runAfterAbort, runAfterCommit } from './callbacks.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { replaceMethod } from '../driver/replace-method.ts';

type WithTransaction = (this: DriverSession, fn: Callback, options?: object) => Promise<unknown>;

export function observeHelper(copy: DriverCopy): void {
  replaceMethod<WithTransaction>(copy.ClientSession.prototype, 'withTransaction', original => {
    const loopOnStack = copy.files !== undefined && awaitsCallback(original);
    return function withTransaction(fn, options) {
      const live = liveOf(this);
      if (live === undefined || typeof fn !== 'function') return original.call(this, fn, options);
      const run = newRun(this, live, options ?? {}, loopOnStack, withTransaction);
      const callback = attemptCallback(this, live, run, fn);
      return runHelper(this, live, run, () => original.call(this, callback, options));
    };
  });
}

/** Driver 6.0 chains promises, and is on no async stack. */
function awaitsCallback(original: WithTransaction): boolean {
  return /\bawait\b/.test(Function.prototype.toString.call(original));
}

function newRun(
  session: DriverSession,
  live: LiveSession,
  options: object,
  loopOnStack: boolean,
  below: WithTransaction,
): HelperRun {
  const setup = live.nextHelper;
  live.nextHelper = undefined;
  const outer = setup?.ownTransaction === true ? undefined : currentTransaction(session.client)?.attempt;
  return {
    phase: 'loop',
    attempts: 0,
    loopOnStack,
    site: setup === undefined ? live.guard.sites.capture(below) : setup.site,
    token: setup?.token ?? {},
    inject: setup?.inject ?? false,
    control: setup?.control,
    restoresObjects: setup !== undefined || live.guard.settings.protect,
    options,
    outer: outer && outer.session !== live ? { attempt: outer, site: outer.session.helper?.site } : undefined,
    attempt: undefined,
    operation: undefined,
    committed: false,
  };
}

function runHelper(
  session: DriverSession,
  live: LiveSession,
  run: HelperRun,
  loop: () => Promise<unknown>,
): Promise<unknown> {
  const before = live.helper;
  const { site, token } = run;
  const { callbacks } = live.guard;
  live.helper = run;
  callbacks.add(token);
  const operation = live.begin(
    { command: 'withTransaction', kind: 'helper', inTransaction: false, site },
    token,
  );
  run.operation = operation;
  if (run.restoresObjects) askParticipants('begin', session);
  const leave = () => {
    callbacks.delete(token);
    live.helper = before;
    if (run.restoresObjects) askParticipants('end', session);
  };
  return withRoom(loop).then(
    result => {
      live.settle(operation, false);
      leave();
      const after = runCallbacks(live, run);
      return after === undefined ? result : after.then(() => result);
    },
    (error: unknown) => {
      live.settle(operation, true, error);
      if (run.restoresObjects && !isOutcomeUnknown(live)) askParticipants('undo', session);
      const after = runCallbacks(live, run)?.catch(warnOfCallback).finally(leave);
      if (after !== undefined) return after.then(() => Promise.reject(withoutOwnFrames(error)));
      leave();
      throw withoutOwnFrames(error);
    },
  );
}

/** After a commit whose outcome is unknown neither kind may run: each would be wrong half of the time. */
function runCallbacks(live: LiveSession, run: HelperRun): Promise<void> | undefined {
  if (run.committed) {
    return (run.attempt?.afterCommit.length ?? 0) === 0 ? undefined : runAfterCommit(run.attempt);
  }
  if (isOutcomeUnknown(live)) return undefined;
  live.guard.counters.transactionsAborted += 1;
  return (run.attempt?.afterAbort.length ?? 0) === 0 ? undefined : runAfterAbort(run.attempt);
}

/** What a commit of unknown outcome has done is not known to be undone. */
function isOutcomeUnknown({ record }: LiveSession): boolean {
  return record.transaction?.outcomeUnknown === true;
}

/** The transaction's own error is on its way to the caller. */
function warnOfCallback(error: unknown): void {
  notice(warningCodes.callbackFailed, 'A callback of afterCommit failed.', error);
}
