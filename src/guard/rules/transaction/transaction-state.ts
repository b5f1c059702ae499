import type { SessionRecord, TransactionRecord } from '../../events/record.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** Commit or abort is called when there is no transaction to end. */
export const transactionState = defineRule({
  meta: {
    id: 'transaction-state',
    category: 'correctness',
    docs: docsOf('transaction-state'),
    recommended: 'warn',
    defaults: {},
    messages: {
      none: {
        says: '{call} was called on a session without a transaction: startTransaction was never called.',
        fix: 'Call startTransaction first, or use withTxn, which starts, commits and aborts by itself.',
      },
      over: {
        says: '{call} was called on a transaction that was already {phase}.',
        fix: 'End a transaction once: guard the catch-all with session.inTransaction(), or use withTxn.',
      },
    },
  },
  create({ report }) {
    /**
     * Sessions and transactions with a finding: the abort in a catch-all, after a commit that had nothing to end, does not
     * count as a second fault.
     */
    const reported = new WeakSet<SessionRecord | TransactionRecord>();

    return {
      'transaction.ending': when(['by hand'], ({ as, by, site }, session) => {
        const { transaction, phase, startSite } = session;
        if (by !== 'user' || phase === 'ended') return;
        const call = as === 'commit' ? 'commitTransaction' : 'abortTransaction';
        if (transaction === undefined) {
          if (session.historyUnknown === true || reported.has(session)) return;
          reported.add(session);
          return report({ messageId: 'none', data: { call }, site, startedAt: startSite });
        }
        const over = overAs(as, transaction);
        if (over === undefined || (as === 'abort' && reported.has(transaction))) return;
        reported.add(transaction);
        const data = { call, phase: over };
        report({ messageId: 'over', data, site, startedAt: transaction.site, started: 'transaction' });
      }),
    };
  },
});

/**
 * How the transaction had already ended, or undefined if this call is correct. A commit may be repeated after an unknown
 * outcome.
 */
function overAs(as: 'commit' | 'abort', { phase, outcomeUnknown }: TransactionRecord): string | undefined {
  if (phase === 'committed') return 'committed';
  if (phase === 'aborted') return 'aborted';
  if (phase !== 'failed') return undefined;
  if (as === 'commit' && outcomeUnknown) return undefined;
  return 'over, because its commit had been rejected';
}
