import { inTransaction, type TransactionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';
import { transactionOfAnother } from '../parts/scopes.ts';

/** A transaction inside another one is not part of it: it commits by itself, also if the outer transaction is aborted. */
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
        fix: "Pass the outer session on and use it, or use withTxn, which joins the outer transaction (nested: 'new' if a separate transaction is intended).",
      },
      deadlock: {
        says: '{operation} met a conflict with an outer transaction that has changed the same document and waits for this one: it cannot succeed before the outer one ends.',
        fix: 'Pass the outer session on and use it, or do this work before or after the outer transaction; a retry does not help.',
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
    /** By the session of an outer transaction: the inner transactions that have conflicted with it. */
    const met = new Map<number, Set<TransactionRecord>>();

    return {
      'session.ended': (_event, { id }) => void met.delete(id),
      'operation.conflicted'({ operation, holder, holderSession }, { transaction }) {
        if (holder === undefined || holderSession === undefined || transaction === undefined) return;
        const inner = met.get(holderSession) ?? new Set();
        met.set(holderSession, inner.add(transaction));
        // After the first conflict the outer transaction may be ended because of it; if the conflict comes again, it is a
        // deadlock.
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
      'transaction.started': when(['open transaction'], (event, session) => {
        if (!inTransaction(session)) return;
        // Then the fault is that two requests share a session, and shared-session reports it.
        if (transactionOfAnother(event.scopes, session)) return;
        const startedAt = session.transaction?.site;
        report({ messageId: 'started', site: event.site, startedAt, started: 'transaction' });
      }),
    };
  },
});
