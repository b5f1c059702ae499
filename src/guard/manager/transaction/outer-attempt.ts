import type { ClientSession, MongoClient } from 'mongodb';
import { codes } from '../../../errors/codes.ts';
import { SessionGuardError } from '../../../errors/errors.ts';
import { liveOf, sessionBehind } from '../../driver/session/attach.ts';
import { stoppedError } from '../../driver/session/late-use.ts';
import { isCalledByCallback } from '../../attribution/callback-frames.ts';
import { docsOf } from '../../rules/engine/rule.ts';
import type { LiveSession } from '../../runtime/session/live-session.ts';
import type { AttemptScope } from '../../scope/async-scope.ts';
import { currentTransaction, stoppedAttempt } from '../../scope/lookup.ts';
import { asClientSession, asDriverClient, asDriverSession } from '../client/driver-views.ts';
import type { TxnPlan } from '../options/txn-options.ts';
import type { StackStart } from '../../stack/stack.ts';

/** The running transaction that a call belongs to, and its session. */
export interface OuterAttempt {
  readonly attempt: AttemptScope;
  readonly live: LiveSession;
  readonly session: ClientSession;
}

/** The transaction to join: of the session in the options, otherwise the one in whose callback the call is made. */
export function outerAttempt(
  client: MongoClient,
  plan: TxnPlan,
  below: StackStart,
): OuterAttempt | undefined {
  if (plan.session !== undefined) {
    if (asDriverSession(plan.session).client !== asDriverClient(client)) throw foreignSession();
    return attemptOn(plan.session);
  }
  if (plan.nested === 'new') return undefined;
  const attempt = currentTransaction(client)?.attempt;
  // It would begin a transaction of its own, and its writes would stay.
  if (attempt === undefined && stoppedAttempt(client) !== undefined && isCalledByCallback(below))
    throw stoppedError({ command: 'withTxn', namespace: undefined });
  // The scope of a manual transaction has no certain end: it is only joined by its session.
  if (attempt === undefined || attempt.by !== 'runner') return undefined;
  // Libraries that run jobs from a queue run them in the async context of an earlier caller.
  if (plan.nested === undefined && !isCalledByCallback(below)) return undefined;
  const session = sessionBehind(attempt.session);
  const live = session && liveOf(session);
  return live && { attempt, live, session: asClientSession(session) };
}

/** The current attempt on this session. */
export function attemptOn(session: ClientSession): OuterAttempt | undefined {
  const live = session.inTransaction() ? liveOf(asDriverSession(session)) : undefined;
  const attempt = live?.run.attempt;
  // An attempt that is over is being aborted, and cannot be joined.
  return live === undefined || attempt === undefined || attempt.over ? undefined : { attempt, live, session };
}

function foreignSession(): SessionGuardError {
  const rule = 'wrong-client';
  const message = 'The session given to withTxn belongs to another MongoClient. Start it with this manager.';
  return new SessionGuardError(codes.foreignSession, message, { rule, docs: docsOf(rule) });
}
