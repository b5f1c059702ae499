import { clock } from '../../../platform/time/clock.ts';
import { codes } from '../../../errors/codes.ts';
import { invalidArgument, SessionGuardError } from '../../../errors/errors.ts';
import type { AttemptErrors } from '../../runtime/transaction/attempt-errors.ts';
import type { TransactionRun } from '../../runtime/transaction/transaction-run.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { askParticipants } from '../../runtime/process/libraries.ts';
import { summarize } from '../../runtime/session/summarize.ts';
import { drain } from '../../runtime/session/drain.ts';
import { currentScopeStillOn } from '../../scope/around.ts';
import {
  type AttemptScope,
  settledHere,
  switchScope,
  type TransactionScope,
} from '../../scope/async-scope.ts';
import { docsOf } from '../../rules/engine/rule.ts';
import { callbackFrames } from '../../attribution/callback-frames.ts';
import type { DriverSession } from '../copies/driver-types.ts';
import { rememberSession } from '../session/attach.ts';

export type Callback = (session: DriverSession, ...rest: unknown[]) => unknown;

/**
 * The callback for the driver's loop: runs the user's callback in its scope, and returns when everything that it began has
 * settled. No function of ours awaits it: the driver's loop continues one microtask later than without the guard.
 */
export function attemptCallback(
  session: DriverSession,
  live: LiveSession,
  run: TransactionRun,
  fn: Callback,
): Callback {
  const callback: Callback = (given, ...rest) => {
    const scope = enterAttempt(session, live, run);
    let returned: unknown;
    const before = switchScope(scope);
    try {
      returned = settledHere(fn(given, ...rest));
    } catch (error) {
      returned = Promise.reject(error);
    } finally {
      switchScope(before);
    }
    if (isPromiseLike(returned)) return settleAttempt(live, run, scope.attempt, returned);
    // The driver throws its own error and aborts; the abort waits for what the callback began.
    run.advance({ type: 'returned nothing' });
    return returned;
  };
  return (given, ...rest) => {
    const turn = live.guard.contention.isQuiet ? undefined : live.guard.contention.enter(run);
    if (turn === undefined) return callback(given, ...rest);
    return whenItsTurn(run.track?.waits('limiter', turn) ?? turn, () => callback(given, ...rest));
  };
}

/** Others want the same documents. */
async function whenItsTurn(turn: Promise<unknown>, callback: () => unknown): Promise<unknown> {
  await turn;
  const returned = callback();
  if (isPromiseLike(returned)) return returned;
  throw invalidArgument(
    'The callback of withTransaction returned no promise, so the transaction was aborted. Make it async.',
  );
}

function enterAttempt(session: DriverSession, live: LiveSession, run: TransactionRun): TransactionScope {
  const { restoresObjects, site, token, name } = run.wanted;
  if (run.attempts > 0) {
    live.guard.counters.transactionsRetried += 1;
    const number = run.attempts + 1;
    const event = { type: 'transaction.retried', session: live.record.id, attempt: number } as const;
    live.guard.publish(event, live.record);
    if (restoresObjects) askParticipants('undo', session);
  }
  rememberSession(live, session);
  const { guard, record } = live;
  guard.publish(
    {
      v: 1,
      type: 'callback.entered',
      at: clock.now(),
      client: guard.id,
      session: record.id,
      site,
      name,
    },
    record,
  );
  const attempt = run.enter(live);
  live.run = run;
  return { kind: 'transaction', client: session.client, attempt, token, parent: currentScopeStillOn() };
}

function settleAttempt(
  live: LiveSession,
  run: TransactionRun,
  attempt: AttemptScope,
  returned: PromiseLike<unknown>,
): PromiseLike<unknown> {
  const settled = run.wanted.loopOnStack ? returned : callbackFrames.awaitSessionGuardCallback(returned);
  return settled.then(
    value => afterCallback(live, run, attempt, { value }),
    (error: unknown) => afterCallback(live, run, attempt, { error }),
  );
}

function afterCallback(
  live: LiveSession,
  run: TransactionRun,
  attempt: AttemptScope,
  outcome: Outcome,
): unknown {
  const returned: Returned = { live, run, attempt, outcome, errors: live.run.errors };
  run.advance({ type: 'returned', pending: run.track && live.pending(run.operation) });
  const refusal = announceReturn(live, run, outcome);
  if (isSettled(live, run)) return finish(returned, refusal);
  return finishLater(returned, refusal);
}

/** A callback that has returned, with the errors of its attempt. */
interface Returned {
  readonly live: LiveSession;
  readonly run: TransactionRun;
  readonly attempt: AttemptScope;
  readonly outcome: Outcome;
  readonly errors: AttemptErrors;
}

function finish(
  { live, run, attempt, outcome, errors }: Returned,
  refusal: SessionGuardError | undefined,
  straggler?: Rejection,
): unknown {
  const rejection = rejectionOf(live, attempt, outcome, refusal, straggler);
  run.advance({ type: 'drained', failed: rejection !== undefined, failure: rejection });
  if (rejection === undefined) return outcome.value;
  const { control } = run.wanted;
  if (control === undefined) throw rejection.error;
  const behind = live.guard.settings.protect ? errors.transientBehind(rejection.error) : undefined;
  throw control.rejection(rejection.error, behind);
}

function finishLater(returned: Returned, refusal: SessionGuardError | undefined): Promise<unknown> {
  const { live, run } = returned;
  return settleRest(live, run).then(
    straggler => finish(returned, refusal, straggler),
    (error: unknown) => {
      run.advance({ type: 'drained', failed: true, failure: { error } });
      throw error;
    },
  );
}

/** The usual case: the callback has left nothing behind, and nothing is waited for. */
function isSettled(live: LiveSession, run: TransactionRun): boolean {
  if (!live.guard.settings.protect) return true;
  return live.record.phase === 'open' && !live.hasUndrained(run.operation);
}

/** Waits for everything that the callback left behind, also for an end of the session. */
async function settleRest(live: LiveSession, run: TransactionRun): Promise<Rejection | undefined> {
  const { failure } = await drain(live, run.operation);
  if (live.endedFromInside) await live.endUnderWay?.catch(() => undefined);
  return failure;
}

interface Outcome {
  readonly value?: unknown;
  readonly error?: unknown;
}

interface Rejection {
  readonly error: unknown;
}

function announceReturn(
  live: LiveSession,
  run: TransactionRun,
  outcome: Outcome,
): SessionGuardError | undefined {
  const { guard, record } = live;
  const failed = 'error' in outcome;
  const error = failed ? summarize(outcome.error) : undefined;
  const errorOf = failed ? live.run.errors.operationOf(outcome.error) : undefined;
  const linked = failed ? live.run.errors.leadsToTransient(outcome.error) : undefined;
  const pending = live.pending(run.operation);
  const event = {
    v: 1,
    type: 'callback.returned',
    at: clock.now(),
    client: guard.id,
    session: record.id,
    pending,
    error,
    errorOf,
    linked,
    site: run.wanted.site,
  } as const;
  return guard.publishAndAsk(event, record);
}

/** The error with which the attempt is rejected. The most useful one for the caller comes first. */
function rejectionOf(
  live: LiveSession,
  attempt: AttemptScope,
  outcome: Outcome,
  refusal: SessionGuardError | undefined,
  straggler: Rejection | undefined,
): Rejection | undefined {
  const { protect } = live.guard.settings;
  if ('error' in outcome)
    return { error: protect ? live.run.errors.causeOfOwn(outcome.error) : outcome.error };
  // A joined call may have failed with the `NoSuchTransaction` that follows from an earlier swallowed error.
  const { rollbackOnly } = attempt;
  if (rollbackOnly !== undefined)
    return protect ? { error: live.run.errors.causeOfOwn(rollbackOnly.error) } : rollbackOnly;
  if (refusal !== undefined) return { error: refusal };
  if (!protect) return undefined;
  if (live.record.phase !== 'open' && wasCutOff(live)) return { error: cutOffError(live) };
  return straggler && { error: live.run.errors.causeOf(straggler.error) };
}

/** The session has ended while the transaction was running: nothing of the transaction is written. */
function wasCutOff({ record }: LiveSession): boolean {
  return record.transaction?.phase === 'aborted' && record.transaction.endedBy === undefined;
}

function cutOffError({ record }: LiveSession): SessionGuardError {
  if (record.endedBy !== 'close') return endedInHelper();
  const message =
    'The client was closed while the callback of a transaction was running: the transaction was aborted and nothing was ' +
    'written. Close the client after its last transaction.';
  const rule = 'client-closed-in-use';
  return new SessionGuardError(codes.closed, message, { rule, docs: docsOf(rule) });
}

function endedInHelper(): SessionGuardError {
  const message =
    'The session was ended by hand inside the transaction runner: its transaction was aborted and nothing was written. ' +
    'Remove the endSession call; the runner ends the session.';
  const rule = 'manual-end-in-helper';
  return new SessionGuardError(codes.endedInHelper, message, { rule, docs: docsOf(rule) });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
