import { inTransaction } from '../session/record.ts';
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
      started: {
        says: 'startTransaction was called on a session that is already in a transaction.',
        fix: 'Commit or abort the first transaction before the next, or use one session for each.',
      },
    },
  },
  create({ report }) {
    return {
      'transaction.committed'(event, session) {
        if (event.inside === undefined) return;
        const site = session.transaction?.site;
        report({ messageId: 'committed', site, startedAt: event.inside, started: 'transaction' });
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
