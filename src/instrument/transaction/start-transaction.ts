import { codes } from '../../errors/codes.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import { docsOf } from '../../rules/rule.ts';
import { startingBelow, withoutOwnFrames, withRoom } from '../../report/own-frames.ts';
import { captureSite } from '../../guard/site-capture.ts';
import type { LiveSession } from '../../guard/live-session.ts';
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
      const { transaction } = live.record;
      const home = live.helper?.phase === 'loop' ? undefined : homeOf(startTransaction);
      try {
        announce(copy, this, live, startTransaction, options, home);
        withRoom(() => original.call(this, options));
      } catch (error) {
        if (live.record.transaction !== transaction) neverStarted(live);
        throw withoutOwnFrames(error);
      }
      live.errors = new AttemptErrors(live.record);
      if (home !== undefined) enterManual(this, live, home);
    };
  });
}

function announce(
  copy: DriverCopy,
  session: DriverSession,
  live: LiveSession,
  below: Start,
  options: TransactionOptions | undefined,
  home: Home | undefined,
): void {
  const byLoop = home === undefined;
  const site = byLoop ? live.helper?.site : captureSite(below);
  const event = {
    type: 'transaction.started',
    session: live.record.id,
    by: byLoop ? 'helper' : 'user',
    site,
    w: writeConcernOf(session, options),
    follows: byLoop ? undefined : leftBefore(),
    readPreference: readPreferenceOf(session, options),
    line: typeof home === 'object' ? lineOf(home) : undefined,
  } as const;
  const standalone = isStandalone(session.client);
  const refusal = live.guard.ask({ ...event, standalone, scopes: requestsOf(live, below) }, live.record);
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
function enterManual(session: DriverSession, live: LiveSession, home: Home): void {
  const attempt: AttemptScope = {
    session: live,
    by: 'user',
    inject: false,
    home,
    afterCommit: [],
    afterAbort: [],
    over: false,
  };
  live.attempt = attempt;
  enterScope({
    kind: 'transaction',
    client: session.client,
    attempt,
    token: attempt,
    parent: currentScopeStillOn(),
  });
}
