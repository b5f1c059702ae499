import { inTransaction, type TransactionRecord } from '../session/record.ts';
import { describe } from './describe.ts';
import { defineRule, docsOf } from './rule.ts';
import { transactionOfAnother } from './parts/scopes.ts';

/** A transaction inside another one does not belong to it: it commits by itself, also when the outer one is aborted. */
export const nestedTransaction = defineRule({
  meta: {
    id: 'nested-transaction',
    category: 'correctness',
    docs: docsOf('nested-transaction'),
    recommended: 'warn',
    defaults: {},
    messages: {
      committed: {
        says: 'A transaction was committed by itself inside the callback of another one, which can still be aborted or retried.',
        fix: "Hand the outer session down and use it, or use withTxn, which joins the outer transaction (nested: 'new' says that it is meant).",
      },
      deadlock: {
        says: '{operation} met a conflict with an outer transaction that has changed the same document and waits for this one: it cannot succeed before the outer one ends.',
        fix: 'Hand the outer session down and use it, or do this work before the outer transaction or after it; running it again does not help.',
      },
      started: {
        says: 'startTransaction was called on a session that is already in a transaction.',
        fix: 'Commit or abort the first transaction before the next, or use one session for each.',
      },
      overlapped: {
        says: "startTransaction was called while the {call} of the session's last transaction was still in flight.",
        fix: 'Await commitTransaction and abortTransaction before the next transaction starts on the session.',
      },
    },
  },
  create({ report }) {
    /** By the session of an outer transaction: the inner ones that have met it. */
    const met = new Map<number, Set<TransactionRecord>>();

    return {
      'session.ended': (_event, { id }) => void met.delete(id),
      'operation.conflicted'({ operation, holder, holderSession }, { transaction }) {
        if (holder === undefined || holderSession === undefined || transaction === undefined) return;
        const inner = met.get(holderSession) ?? new Set();
        met.set(holderSession, inner.add(transaction));
        // The first one may be the reason for which the outer transaction is ended: it is a deadlock when it comes again.
        if (inner.size !== 2) return;
        const data = { operation: describe(operation) };
        const { site } = operation;
        const nearby = transaction.site;
        report({ messageId: 'deadlock', data, site, nearby, startedAt: holder, started: 'transaction' });
      },
      'transaction.committed'(event, session) {
        if (event.inside === undefined) return;
        const site = session.transaction?.site;
        report({ messageId: 'committed', site, startedAt: event.inside, started: 'transaction' });
      },
      'transaction.overlapped'({ as, site }, { transaction }) {
        const data = { call: `${as}Transaction` };
        report({
          messageId: 'overlapped',
          data,
          site,
          startedAt: transaction?.site,
          endedAt: transaction?.endSite,
        });
      },
      'transaction.started'(event, session) {
        if (!inTransaction(session) || session.phase === 'ended') return;
        // That one session serves two requests is the fault then, and shared-session speaks of it.
        if (transactionOfAnother(event.scopes, session)) return;
        const startedAt = session.transaction?.site;
        report({ messageId: 'started', site: event.site, startedAt, started: 'transaction' });
      },
    };
  },
});
