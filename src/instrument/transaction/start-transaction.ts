import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import { docsOf } from '../../rules/rule.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import { captureSite } from '../../guard/site-capture.ts';
import type { LiveSession } from '../../guard/live-session.ts';
import { WaitingStarts } from '../../guard/waiting-starts.ts';
import type { Site } from '../../session/events.ts';
import { AttemptErrors } from '../../protect/attempt-errors.ts';
import { type AttemptScope, currentScope, currentScopeStillOn, enterScope } from '../../scope/async-scope.ts';
import { liveOf } from '../session/attach.ts';
import type { DriverCopy } from '../driver/driver-copies.ts';
import type { DriverSession, TransactionOptions } from '../driver/driver-types.ts';
import { type FunctionCall, functionsAbove } from '../proof/function-identity.ts';
import { modeOf } from '../operation/read-preference.ts';
import { expiredError } from '../operation/late-use.ts';
import { replaceMethod } from '../driver/replace-method.ts';
import { requestsOf } from '../proof/request-proof.ts';
import { isStandalone } from '../client/standalone.ts';

type Start = (this: DriverSession, options?: TransactionOptions) => void;

export function observeStart(copy: DriverCopy): void {
  replaceMethod<Start>(copy.ClientSession.prototype, 'startTransaction', original => {
    return function startTransaction(options) {
      const live = liveOf(this);
      if (live === undefined) return original.call(this, options);
      const start = () => withRoom(() => original.call(this, options));
      const call = callOf(copy, this, live, startTransaction, options);
      try {
        const ending = endingOf(this, live);
        if (ending !== undefined && tellOverlap(call, ending) === 'wait') return startLater(call, start);
        if (ending !== undefined) return start();
        begin(call, start);
        if (call.home !== undefined) live.attempt = enterManual(call, call.home);
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
  readonly below: Start;
  /** Undefined for a call of the loop of `withTransaction`. */
  readonly home: Home | undefined;
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
  below: Start,
  options: TransactionOptions | undefined,
): StartCall {
  const home = live.helper?.phase === 'loop' ? undefined : homeOf(below);
  const byLoop = home === undefined;
  const site = byLoop ? live.helper?.site : captureSite(below);
  const w = writeConcernOf(session, options);
  const follows = byLoop ? undefined : leftBefore();
  const readPreference = readPreferenceOf(session, options);
  const scopes = requestsOf(live, below);
  return { copy, session, live, below, home, site, scopes, w, follows, readPreference };
}

/** The last transaction is on its way to its end, and the driver would throw. */
function endingOf(session: DriverSession, live: LiveSession): 'commit' | 'abort' | undefined {
  if (live.starts?.last !== undefined) return 'commit';
  if (!session.inTransaction()) return undefined;
  const phase = live.record.transaction?.phase;
  return phase === 'committing' ? 'commit' : phase === 'aborting' ? 'abort' : undefined;
}

/** @returns whether the start can wait for that end */
function tellOverlap({ live, site, below }: StartCall, ending: 'commit' | 'abort'): 'wait' | 'throw' {
  const { guard, record } = live;
  const event = { type: 'transaction.overlapped', session: record.id, as: ending, site } as const;
  const refusal = guard.ask(event, record);
  if (refusal !== undefined) throw startingBelow(refusal, below);
  if (!guard.settings.protect || record.phase === 'ended') return 'throw';
  // Calls that send several commands do not tell which transaction the next of them is for.
  const calls = [...record.openOperations.values()].some(
    ({ kind }) => kind === 'composite' || kind === 'helper',
  );
  const isKnown = live.endingSent !== undefined || live.starts?.last !== undefined;
  return isKnown && !calls ? 'wait' : 'throw';
}

/** The caller goes on as if it had started: what it sends next waits for it. */
function startLater(call: StartCall, start: () => void): void {
  const { live, home } = call;
  const attempt = home && enterManual(call, home);
  live.starts ??= new WaitingStarts();
  live.starts.add(
    () => live.endingSent,
    () => {
      begin(call, start);
      if (attempt !== undefined) live.attempt = attempt;
    },
  );
}

function begin(call: StartCall, start: () => void): void {
  const { live } = call;
  const { transaction } = live.record;
  try {
    announce(call);
    start();
  } catch (error) {
    if (live.record.transaction !== transaction) neverStarted(live);
    throw error;
  }
  live.errors = new AttemptErrors(live.record);
}

function announce(call: StartCall): void {
  const { copy, session, live, below, home, site, scopes, w, follows, readPreference } = call;
  const by = home === undefined ? 'helper' : 'user';
  const standalone = isStandalone(session.client);
  const event = {
    type: 'transaction.started',
    session: live.record.id,
    by,
    site,
    w,
    standalone,
    scopes,
    follows,
    readPreference,
    line: typeof home === 'object' ? lineOf(home) : undefined,
  } as const;
  const refusal = live.guard.ask(event, live.record);
  if (live.guard.settings.protect && live.record.phase === 'ended') {
    throw startingBelow(expiredError(copy, live, 'startTransaction was called on it', site), below);
  }
  if (live.guard.settings.protect && standalone) throw startingBelow(transactionsUnsupportedError(), below);
  if (refusal !== undefined) throw startingBelow(refusal, below);
}

/** A scope of a manual transaction stays when that is over, until the next one takes its place. */
function leftBefore(): number | undefined {
  const scope = currentScope();
  if (scope?.kind !== 'transaction' || scope.attempt.by !== 'user' || !scope.attempt.over) return undefined;
  return scope.attempt.session.record.id;
}

/** As the driver itself looks for it. */
function writeConcernOf(
  session: DriverSession,
  options: TransactionOptions | undefined,
): number | string | undefined {
  return settingsOf(session, options).find(one => one?.writeConcern != null)?.writeConcern?.w;
}

function readPreferenceOf(
  session: DriverSession,
  options: TransactionOptions | undefined,
): string | undefined {
  return modeOf(settingsOf(session, options).find(one => one?.readPreference != null)?.readPreference);
}

/** The first one that says something holds. */
function settingsOf(
  { defaultTransactionOptions, clientOptions }: DriverSession,
  options: TransactionOptions | undefined,
): readonly (TransactionOptions | undefined)[] {
  return [options, defaultTransactionOptions, clientOptions];
}

/** The function that starts a transaction by hand, and where in it. */
type Home = FunctionCall | 'unknown';

function homeOf(below: Start): Home {
  return functionsAbove(below)[0] ?? 'unknown';
}

function lineOf({ fn, line, column }: FunctionCall): string {
  return `${fn} ${line}:${column}`;
}

/** The record was told of a transaction that did not come to be. */
function neverStarted({ guard, record }: LiveSession): void {
  guard.publish({ type: 'transaction.aborted', session: record.id, by: 'helper' }, record);
}

/** Before anything is sent: the driver's own error speaks of retryable writes, and comes with the first operation. */
function transactionsUnsupportedError(): SessionGuardError {
  const rule = 'transactions-unsupported';
  const message =
    'This MongoDB server is a standalone: it has no transactions. Run it as a replica set (one member is enough: ' +
    'mongod --replSet rs0, then rs.initiate()).';
  return new SessionGuardError(codes.transactionsUnsupported, message, { rule, docs: docsOf(rule) });
}

/**
 * From here on the program is inside this transaction, until it is over. There is no callback that would bound the scope,
 * so only what the calling function does is held to belong to it (see `AttemptScope.home`).
 */
function enterManual({ session, live }: StartCall, home: Home): AttemptScope {
  const attempt: AttemptScope = {
    session: live,
    by: 'user',
    inject: false,
    home,
    afterCommit: [],
    afterAbort: [],
    over: false,
  };
  enterScope({
    kind: 'transaction',
    client: session.client,
    attempt,
    token: attempt,
    parent: currentScopeStillOn(),
  });
  return attempt;
}
