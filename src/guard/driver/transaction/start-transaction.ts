import { clock } from '../../../platform/time/clock.ts';
import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import { docsOf } from '../../rules/engine/rule.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../stack/own-frames.ts';
import { captureSite } from '../../scope/site-capture.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import { WaitingStarts } from '../../runtime/session/waiting-starts.ts';
import type { Site } from '../../events/events.ts';
import { announceRunEnd } from '../../runtime/transaction/announce-run-end.ts';
import { TransactionRun } from '../../runtime/transaction/transaction-run.ts';
import { currentScopeStillOn } from '../../scope/around.ts';
import { currentScope, enterScope, type FunctionCall } from '../../scope/async-scope.ts';
import { trackers } from '../../runtime/tracking/trackers.ts';
import { trackRun } from '../operation/track-operation.ts';
import { liveOf } from '../session/attach.ts';
import type { DriverCopy } from '../copies/driver-copies.ts';
import type { DriverSession, TransactionOptions } from '../copies/driver-types.ts';
import { innermostFunction } from '../../attribution/function-identity.ts';
import { modeOf } from '../command/transactional.ts';
import { expiredError } from '../session/late-use.ts';
import { replaceMethod } from '../copies/replace-method.ts';
import { requestsOf } from '../../attribution/request-attribution.ts';
import { isStandalone } from '../client/deployment.ts';
import type { StackStart } from '../../stack/stack.ts';

type Start = (this: DriverSession, options?: TransactionOptions) => void;

export function patchStartTransaction(copy: DriverCopy): void {
  replaceMethod<Start>(copy.ClientSession.prototype, 'startTransaction', original => {
    return function startTransaction(options) {
      const live = liveOf(this);
      if (live === undefined) return original.call(this, options);
      // The loop would try again with a session that the stopped call has ended.
      if (live.runner?.isInLoop === true) live.runner.wanted.control?.beforeStart();
      const start = () => withRoom(() => original.call(this, options));
      const call = callOf(copy, this, live, startTransaction, options);
      try {
        const ending = endingOf(this, live);
        if (ending !== undefined && publishOverlap(call, ending) === 'wait') return startLater(call, start);
        if (ending !== undefined) return start();
        const run = newRun(call);
        begin(call, run, start);
        if (call.owner !== undefined) enterManual(call, run, call.owner);
      } catch (error) {
        throw withoutOwnFrames(error);
      }
    };
  });
}

/** One call of `startTransaction`. */
interface StartCall {
  readonly copy: DriverCopy;
  readonly session: DriverSession;
  readonly live: LiveSession;
  readonly below: StackStart;
  /** Undefined for a call of the loop of `withTransaction`. */
  readonly owner: Owner | undefined;
  readonly site: Site | undefined;
  readonly scopes: readonly number[] | undefined;
  readonly w: number | string | undefined;
  readonly follows: number | undefined;
  readonly readPreference: string | undefined;
}

function callOf(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  below: StackStart,
  options: TransactionOptions | undefined,
): StartCall {
  const owner = live.runner?.isInLoop === true ? undefined : ownerOf(below);
  const byLoop = owner === undefined;
  const site = byLoop ? live.runner?.wanted.site : captureSite(below);
  const w = writeConcernOf(session, options);
  const follows = byLoop ? undefined : leftBefore();
  const readPreference = readPreferenceOf(session, options);
  const scopes = requestsOf(live, below);
  return { copy, session, live, below, owner, site, scopes, w, follows, readPreference };
}

/** True while the end of the last transaction is in flight: then the driver would throw. */
function endingOf(session: DriverSession, live: LiveSession): 'commit' | 'abort' | undefined {
  if (live.starts?.last !== undefined) return 'commit';
  if (!session.inTransaction()) return undefined;
  const phase = live.record.transaction?.phase;
  return phase === 'committing' ? 'commit' : phase === 'aborting' ? 'abort' : undefined;
}

/** Publishes that an end is still in flight. @returns whether the start can wait for this end */
function publishOverlap({ live, site, below }: StartCall, ending: 'commit' | 'abort'): 'wait' | 'throw' {
  const { guard, record } = live;
  const event = { type: 'transaction.overlapped', session: record.id, as: ending, site } as const;
  const refusal = guard.publishAndAsk(event, record);
  if (refusal !== undefined) throw startingBelow(refusal, below);
  if (!guard.settings.protect || record.phase === 'ended') return 'throw';
  // For a call that sends several commands, it is not known to which transaction its next command belongs.
  const calls = [...record.openOperations.values()].some(
    ({ kind }) => kind === 'composite' || kind === 'runner',
  );
  const isKnown = live.endingSent !== undefined || live.starts?.last !== undefined;
  return isKnown && !calls ? 'wait' : 'throw';
}

/** The caller continues as if the transaction had started: its next operations wait for the start. */
function startLater(call: StartCall, start: () => void): void {
  const { live, owner } = call;
  const run = newRun(call);
  if (owner !== undefined) enterManual(call, run, owner);
  live.starts ??= new WaitingStarts();
  live.starts.add(
    () => live.endingSent,
    () => begin(call, run, start),
  );
}

/** For an attempt: the place of the runner. */
function newRun({ live, owner }: StartCall): TransactionRun {
  return (owner === undefined ? live.runner : undefined) ?? new TransactionRun(live.record);
}

function begin(call: StartCall, run: TransactionRun, start: () => void): void {
  const { live } = call;
  const { transaction } = live.record;
  try {
    announce(call);
    start();
  } catch (error) {
    if (live.record.transaction !== transaction) neverStarted(live);
    throw error;
  }
  run.advance({ type: 'started' });
  // Its commit had no known result, and is not sent again.
  if (live.record.transactions > 1 && live.run !== run && live.run.phase === 'unknown')
    announceRunEnd(live, live.run, undefined, transaction);
  live.run = run;
  if (run.by === 'runner') return;
  if (live.runner !== undefined) run.advance({ type: 'inside runner' });
  else if (trackers.size > 0) trackRun(live, call.session);
}

function announce(call: StartCall): void {
  const { copy, session, live, below, owner, site, scopes, w, follows, readPreference } = call;
  const by = owner === undefined ? 'runner' : 'user';
  const standalone = isStandalone(session.client);
  const event = {
    v: 1,
    type: 'transaction.started',
    at: clock.now(),
    client: live.guard.id,
    session: live.record.id,
    by,
    site,
    w,
    standalone,
    scopes,
    follows,
    readPreference,
    line: typeof owner === 'object' ? lineOf(owner) : undefined,
  } as const;
  const refusal = live.guard.publishAndAsk(event, live.record);
  if (live.guard.settings.protect && live.record.phase === 'ended') {
    throw startingBelow(expiredError(copy, live, 'startTransaction was called on it', site), below);
  }
  if (live.guard.settings.protect && standalone) throw startingBelow(transactionsUnsupportedError(), below);
  if (refusal !== undefined) throw startingBelow(refusal, below);
}

/** The scope of a manual transaction stays after its end, until the next one replaces it. */
function leftBefore(): number | undefined {
  const scope = currentScope();
  if (scope?.kind !== 'transaction' || scope.attempt.by !== 'user' || !scope.attempt.over) return undefined;
  return scope.attempt.session.record.id;
}

/** Looks in the same places as the driver. */
function writeConcernOf(
  session: DriverSession,
  options: TransactionOptions | undefined,
): number | string | undefined {
  const { defaultTransactionOptions, clientOptions } = session;
  const set = options?.writeConcern ?? defaultTransactionOptions?.writeConcern ?? clientOptions?.writeConcern;
  return set?.w;
}

function readPreferenceOf(
  session: DriverSession,
  options: TransactionOptions | undefined,
): string | undefined {
  const { defaultTransactionOptions, clientOptions } = session;
  return modeOf(
    options?.readPreference ?? defaultTransactionOptions?.readPreference ?? clientOptions?.readPreference,
  );
}

/** The function that starts a manual transaction, and the position in it. */
type Owner = FunctionCall | 'unknown';

function ownerOf(below: StackStart): Owner {
  return innermostFunction(below) ?? 'unknown';
}

function lineOf({ fn, line, column }: FunctionCall): string {
  return `${fn} ${line}:${column}`;
}

/** Takes the transaction out of the record again: it could not be started. */
function neverStarted({ guard, record }: LiveSession): void {
  guard.publish({ type: 'transaction.aborted', session: record.id, by: 'runner' }, record);
}

/** Thrown before anything is sent. The driver's own error is about retryable writes, and comes with the first operation. */
function transactionsUnsupportedError(): SessionGuardError {
  const rule = 'transactions-unsupported';
  const message =
    'This MongoDB server is a standalone: it has no transactions. Run it as a replica set (one member is enough: ' +
    'mongod --replSet rs0, then rs.initiate()).';
  return new SessionGuardError(codes.transactionsUnsupported, message, { rule, docs: docsOf(rule) });
}

/**
 * From now on the program is inside this transaction, until it is over. No callback limits the scope, so only operations of the
 * calling function belong to the transaction (see `AttemptScope.owner`).
 */
function enterManual({ session, live }: StartCall, run: TransactionRun, owner: Owner): void {
  const attempt = run.enter(live, owner);
  enterScope({
    kind: 'transaction',
    client: session.client,
    attempt,
    token: attempt,
    parent: currentScopeStillOn(),
  });
}
