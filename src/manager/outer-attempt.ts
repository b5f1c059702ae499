import type { ClientSession, MongoClient } from 'mongodb';
import { codes } from '../errors/codes.ts';
import { SessionGuardError } from '../errors/errors.ts';
import { liveOf } from '../instrument/attach.ts';
import { sessionBehind } from '../instrument/session-behind.ts';
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
export function outerAttempt(client: MongoClient, plan: TxnPlan): OuterAttempt | undefined {
  if (plan.session !== undefined) {
    if (asDriverSession(plan.session).client !== asDriverClient(client)) throw foreignSession();
    return attemptOn(plan.session);
  }
  const attempt = plan.nested === 'new' ? undefined : currentTransaction(client)?.attempt;
  // A manual transaction's scope has no certain border: it is joined by its session only.
  const session = attempt?.by === 'helper' ? sessionBehind(attempt.session) : undefined;
  return attempt && session && { attempt, session: asClientSession(session) };
}

/** The attempt that is running on this session. */
export function attemptOn(session: ClientSession): OuterAttempt | undefined {
  const attempt = session.inTransaction() ? liveOf(asDriverSession(session))?.attempt : undefined;
  return attempt && { attempt, session };
}

function foreignSession(): SessionGuardError {
  const rule = 'wrong-client';
  const message = 'The session given to withTxn belongs to another MongoClient. Start it with this manager.';
  return new SessionGuardError(codes.foreignSession, message, { rule, docs: docsOf(rule) });
}
