import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import type { HelperRun } from '../../guard/helper-run.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { askParticipants } from '../../guard/session-participants.ts';
import { summarize } from '../../guard/summarize.ts';
import { drain } from '../../protect/drain.ts';
import {
  type AttemptScope,
  currentScopeStillOn,
  switchScope,
  type TransactionScope,
} from '../../scope/async-scope.ts';
import { settledHere } from '../../scope/settled-here.ts';
import { docsOf } from '../../rules/rule.ts';
import { callbackFrames } from '../proof/callback-frames.ts';
import type { DriverSession } from '../driver/driver-types.ts';
import { rememberSession } from '../session/session-behind.ts';

export type Callback = (session: DriverSession, ...rest: unknown[]) => unknown;

/**
 * The callback as the driver's loop gets it: the user's, in its scope, and everything it began settled before it returns.
 * While it runs, no frame of ours awaits it: the driver's loop goes on one microtask later than it would without us.
 */
export function attemptCallback(
  session: DriverSession,
  live: LiveSession,
  run: HelperRun,
  fn: Callback,
): Callback {
  return (given, ...rest) => {
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
    // The driver says what is wrong with it, and aborts; its abort waits for what the callback began.
    run.phase = 'loop';
    return returned;
  };
}

function enterAttempt(session: DriverSession, live: LiveSession, run: HelperRun): TransactionScope {
  run.attempts += 1;
  if (run.attempts > 1) {
    live.guard.counters.transactionsRetried += 1;
    const event = { type: 'transaction.retried', session: live.record.id, attempt: run.attempts } as const;
    live.guard.publish(event, live.record);
    if (run.restoresObjects) askParticipants('undo', session);
  }
  const { inject, token } = run;
  const attempt: AttemptScope = {
    session: live,
    by: 'helper',
    inject,
    afterCommit: [],
    afterAbort: [],
    over: false,
  };
  rememberSession(live, session);
  live.guard.publish({ type: 'callback.entered', session: live.record.id, site: run.site }, live.record);
  run.phase = 'callback';
  run.attempt = attempt;
  live.attempt = attempt;
  return { kind: 'transaction', client: session.client, attempt, token, parent: currentScopeStillOn() };
}

function settleAttempt(
  live: LiveSession,
  run: HelperRun,
  attempt: AttemptScope,
  returned: PromiseLike<unknown>,
): PromiseLike<unknown> {
  const go = (outcome: Outcome) => afterCallback(live, run, attempt, outcome);
  const settled = run.loopOnStack ? returned : callbackFrames.awaitSessionGuardCallback(returned);
  return settled.then(
    value => go({ value }),
    (error: unknown) => go({ error }),
  );
}

function afterCallback(live: LiveSession, run: HelperRun, attempt: AttemptScope, outcome: Outcome): unknown {
  const finish = (straggler?: Rejection) => {
    const rejection = rejectionOf(live, attempt, outcome, refusal, straggler);
    leave();
    if (rejection === undefined) return outcome.value;
    throw run.control === undefined ? rejection.error : run.control.rejection(rejection.error);
  };
  const leave = () => {
    attempt.over = true;
    run.phase = 'loop';
  };
  const refusal = announceReturn(live, run, outcome);
  if (isSettled(live, run)) return finish();
  return settleRest(live, run).then(finish, (error: unknown) => {
    leave();
    throw error;
  });
}

/** Nearly always: nothing is left behind, and nothing is waited for. */
function isSettled(live: LiveSession, run: HelperRun): boolean {
  if (!live.guard.settings.protect) return true;
  return live.record.phase === 'open' && live.undrained(run.operation).length === 0;
}

/** Waits for what the callback left behind, an end of the session among it. */
async function settleRest(live: LiveSession, run: HelperRun): Promise<Rejection | undefined> {
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

function announceReturn(live: LiveSession, run: HelperRun, outcome: Outcome): SessionGuardError | undefined {
  const { record, errors } = live;
  const failed = 'error' in outcome;
  const error = failed ? summarize(outcome.error) : undefined;
  const errorOf = failed ? errors.operationOf(outcome.error) : undefined;
  const linked = failed ? errors.leadsToTransient(outcome.error) : undefined;
  const pending = live.pending(run.operation);
  const event = {
    type: 'callback.returned',
    session: record.id,
    pending,
    error,
    errorOf,
    linked,
    site: run.site,
  } as const;
  return live.guard.ask(event, record);
}

/** What the attempt is rejected with, in the order of what the caller needs to know. */
function rejectionOf(
  live: LiveSession,
  attempt: AttemptScope,
  outcome: Outcome,
  refusal: SessionGuardError | undefined,
  straggler: Rejection | undefined,
): Rejection | undefined {
  const { protect } = live.guard.settings;
  if ('error' in outcome) return { error: protect ? live.errors.causeOfOwn(outcome.error) : outcome.error };
  if (attempt.rollbackOnly !== undefined) return attempt.rollbackOnly;
  if (refusal !== undefined) return { error: refusal };
  if (!protect) return undefined;
  if (live.record.phase !== 'open' && wasCutOff(live)) return { error: cutOffError(live) };
  return straggler && { error: live.errors.causeOf(straggler.error) };
}

/** The session ended while the transaction was running: nothing of it is written. */
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
    'The session was ended by hand inside the transaction helper: its transaction was aborted and nothing was written. ' +
    'Remove the endSession call; the helper ends the session.';
  const rule = 'manual-end-in-helper';
  return new SessionGuardError(codes.endedInHelper, message, { rule, docs: docsOf(rule) });
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
