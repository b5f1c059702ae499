import type { Operation } from '../../events/events.ts';
import { type SessionRecord, transactionRuns } from '../../events/record.ts';

/** The requests or jobs that something was called in, innermost first; undefined outside of any. */
export type Scopes = readonly number[] | undefined;

/** Neither was entered inside the other: a session may be passed to inner scopes. */
export function apart(one: Scopes, other: Scopes): boolean {
  if (one?.[0] === undefined || other?.[0] === undefined) return false;
  return !one.includes(other[0]) && !other.includes(one[0]);
}

/** An operation of another request that is in flight on the session. */
export function operationOfAnother(scopes: Scopes, session: SessionRecord): Operation | undefined {
  if (scopes === undefined) return undefined;
  for (const open of session.openOperations.values())
    if (!open.quiet && apart(scopes, open.scopes)) return open;
  return undefined;
}

/** Another request, which is still running, has a transaction on the session. */
export function transactionOfAnother(scopes: Scopes, session: SessionRecord): boolean {
  const { transaction } = session;
  return transactionRuns(session) && transaction?.left !== true && apart(scopes, transaction?.scopes);
}
