import type { ClientSession, MongoClient } from 'mongodb';
import { codes } from '../errors/codes.ts';
import { SessionGuardError } from '../errors/errors.ts';
import { liveOf } from '../instrument/session/attach.ts';
import { isCalledByCallback } from '../instrument/proof/callback-frames.ts';
import { sessionBehind } from '../instrument/session/session-behind.ts';
import { docsOf } from '../rules/rule.ts';
import type { AttemptScope } from '../scope/async-scope.ts';
import { currentTransaction } from '../scope/lookup.ts';
import { asClientSession, asDriverClient, asDriverSession } from './driver-views.ts';
import type { TxnPlan } from './txn-options.ts';

/** The running transaction that a call belongs to, and its session. */
export interface OuterAttempt {
  readonly attempt: AttemptScope;
  readonly session: ClientSession;
}

/** The transaction to join: that of the session in the options, else the one in whose callback we are. */
export function outerAttempt(
  client: MongoClient,
  plan: TxnPlan,
  below: (...args: never[]) => unknown,
): OuterAttempt | undefined {
  if (plan.session !== undefined) {
    if (asDriverSession(plan.session).client !== asDriverClient(client)) throw foreignSession();
    return attemptOn(plan.session);
  }
  const attempt = plan.nested === 'new' ? undefined : currentTransaction(client)?.attempt;
  // A manual transaction's scope has no certain border: it is joined by its session only.
  if (attempt === undefined || attempt.by !== 'helper') return undefined;
  // Libraries that run jobs from a queue run them in the async context of whoever was there before.
  if (plan.nested === undefined && !isCalledByCallback(below)) return undefined;
  const session = sessionBehind(attempt.session);
  return session && { attempt, session: asClientSession(session) };
}

/** The attempt that is running on this session. */
export function attemptOn(session: ClientSession): OuterAttempt | undefined {
  const attempt = session.inTransaction() ? liveOf(asDriverSession(session))?.attempt : undefined;
  // One that is over is being aborted: there is nothing to join.
  return attempt === undefined || attempt.over ? undefined : { attempt, session };
}

function foreignSession(): SessionGuardError {
  const rule = 'wrong-client';
  const message = 'The session given to withTxn belongs to another MongoClient. Start it with this manager.';
  return new SessionGuardError(codes.foreignSession, message, { rule, docs: docsOf(rule) });
}
