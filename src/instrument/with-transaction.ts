import { warningCodes } from '../errors/codes.ts';
import { nameOf, notice } from '../guard/notices.ts';
import { captureSite } from '../guard/site-capture.ts';
import type { HelperControl, HelperRun } from '../guard/helper-run.ts';
import type { LiveSession } from '../guard/live-session.ts';
import type { Site } from '../session/events.ts';
import { currentTransaction } from '../scope/lookup.ts';
import { liveOf } from './attach.ts';
import { attemptCallback, type Callback } from './attempt.ts';
import { runAfterAbort, runAfterCommit } from './callbacks.ts';
import type { DriverCopy } from './driver-copies.ts';
import type { DriverSession } from './driver-types.ts';
import { replaceMethod } from './replace-method.ts';

type WithTransaction = (this: DriverSession, fn: Callback, options?: object) => Promise<unknown>;

/** What `withTxn` hands to the next `withTransaction` on its session. */
export interface HelperSetup {
  readonly inject: boolean;
  readonly control: HelperControl;
  /** `nested: 'new'`: the user has said that it is a transaction of its own. */
  readonly ownTransaction: boolean;
  /** What a closing client knows the running callback by. */
  readonly token: object;
  /** The call of `withTxn`: what comes here may have waited for a connection, and lost its stack. */
  readonly site: Site;
}

const setups = new WeakMap<DriverSession, HelperSetup>();

/** Has to be followed by `session.withTransaction` at once. */
export function setUpHelper(session: DriverSession, setup: HelperSetup): void {
  setups.set(session, setup);
}

export function observeHelper(copy: DriverCopy): void {
  replaceMethod<WithTransaction>(copy.ClientSession.prototype, 'withTransaction', original => {
    return async function withTransaction(fn, options) {
      const live = liveOf(this);
      if (live === undefined || typeof fn !== 'function') return original.call(this, fn, options);
      const run = newRun(this, live, options ?? {}, withTransaction);
      return runHelper(live, run, () =>
        original.call(this, attemptCallback(copy, this, live, run, fn), options),
      );
    };
  });
}

function newRun(
  session: DriverSession,
  live: LiveSession,
  options: object,
  below: WithTransaction,
): HelperRun {
  const setup = setups.get(session);
  setups.delete(session);
  const outer = setup?.ownTransaction === true ? undefined : currentTransaction(session.client)?.attempt;
  return {
    phase: 'loop',
    attempts: 0,
    site: setup?.site ?? captureSite(below),
    token: setup?.token ?? {},
    inject: setup?.inject ?? false,
    control: setup?.control,
    options,
    outer: outer && outer.session !== live ? { attempt: outer, site: outer.session.helper?.site } : undefined,
    attempt: undefined,
    operation: undefined,
    committed: false,
  };
}

async function runHelper(live: LiveSession, run: HelperRun, loop: () => Promise<unknown>): Promise<unknown> {
  const before = live.helper;
  const { site } = run;
  live.helper = run;
  live.guard.callbacks.add(run.token);
  run.operation = live.begin(
    { command: 'withTransaction', kind: 'helper', inTransaction: false, site },
    run.token,
  );
  let result: unknown;
  try {
    result = await loop().finally(() => live.guard.callbacks.delete(run.token));
    live.settle(run.operation, false);
  } catch (error) {
    live.settle(run.operation, true, error);
    live.helper = before;
    await runCallbacks(live, run).catch(warnOfCallback);
    throw error;
  }
  live.helper = before;
  await runCallbacks(live, run);
  return result;
}

/** After a commit whose outcome is unknown neither kind may run: each would be wrong half of the time. */
async function runCallbacks({ record, guard }: LiveSession, run: HelperRun): Promise<void> {
  if (run.committed) return runAfterCommit(run.attempt);
  if (record.transaction?.outcomeUnknown === true) return;
  guard.counters.transactionsAborted += 1;
  await runAfterAbort(run.attempt);
}

/** The transaction's own error is on its way to the caller. */
function warnOfCallback(error: unknown): void {
  notice(warningCodes.callbackFailed, nameOf(error));
}
