import type { Operation } from '../session/events.ts';
import { type SessionRecord, transactionRuns } from '../session/record.ts';
import { describe } from './describe.ts';
import { defineRule, docsOf } from './rule.ts';

type Scopes = readonly number[] | undefined;

/** One session is used by two requests or jobs at once. Without scopes (`scope(fn)`, the integrations) it is silent. */
export const sharedSession = defineRule({
  meta: {
    id: 'shared-session',
    category: 'correctness',
    docs: docsOf('shared-session'),
    recommended: 'warn',
    defaults: {},
    messages: {
      transaction: {
        says: '{operation} used a session while another request had a transaction on it: it becomes part of that transaction.',
        fix: 'Start a session for each request; withSession and withTxn do.',
      },
      start: {
        says: 'A transaction was started on a session while {other} of another request was in flight on it.',
        fix: 'Start a session for each request; withSession and withTxn do.',
      },
      operation: {
        says: '{operation} used a session while {other} of another request was in flight on it.',
        fix: 'Start a session for each request; withSession and withTxn do.',
      },
    },
  },
  create({ report }) {
    return {
      'transaction.started'({ scopes, site }, session) {
        const other = scopes && otherScopes(scopes, session);
        if (other === undefined) return;
        report({ messageId: 'start', data: { other: describe(other) }, site, startedAt: session.startSite });
      },
      'operation.requested'({ operation }, session) {
        if (operation.scopes === undefined || operation.quiet || session.phase === 'ended') return;
        const where = { site: operation.site, startedAt: session.startSite };
        if (transactionRuns(session) && apart(operation.scopes, session.transaction?.scopes)) {
          return report({ messageId: 'transaction', data: { operation: describe(operation) }, ...where });
        }
        const other = otherScopes(operation.scopes, session);
        if (other === undefined) return;
        report({
          messageId: 'operation',
          data: { operation: describe(operation), other: describe(other) },
          ...where,
        });
      },
    };
  },
});

/** Neither was entered inside the other: a session may be handed down. */
function apart(one: Scopes, other: Scopes): boolean {
  if (one?.[0] === undefined || other?.[0] === undefined) return false;
  return !one.includes(other[0]) && !other.includes(one[0]);
}

function otherScopes(scopes: Scopes, session: SessionRecord): Operation | undefined {
  for (const open of session.openOperations.values())
    if (!open.quiet && apart(scopes, open.scopes)) return open;
  return undefined;
}
