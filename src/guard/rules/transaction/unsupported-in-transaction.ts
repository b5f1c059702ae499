import type { Site } from '../../events/events.ts';
import { type Failure, inTransaction, type SessionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';
import { isRefusal } from '../../events/server-codes.ts';

/**
 * The server has refused a command because it was sent in a transaction. Reported when the transaction fails: if the refusal
 * was caught and the transaction was committed, there was no harm.
 */
export const unsupportedInTransaction = defineRule({
  meta: {
    id: 'unsupported-in-transaction',
    category: 'correctness',
    docs: docsOf('unsupported-in-transaction'),
    recommended: 'warn',
    defaults: {},
    messages: {
      refused: {
        says: '{operation} was sent in a transaction, where the server refuses it.',
        fix: 'Send it before the transaction, without the session; count with countDocuments, which a transaction accepts.',
      },
    },
  },
  create({ report }) {
    const reported = new WeakSet<Failure>();

    function check(session: SessionRecord, end: Site | undefined): void {
      const failure = session.transaction?.firstFailure;
      if (failure === undefined || !isRefusal(failure.error) || reported.has(failure)) return;
      reported.add(failure);
      const { operation } = failure;
      const startedAt = session.transaction?.site;
      report({
        messageId: 'refused',
        data: { operation: describe(operation) },
        site: operation.site,
        nearby: end,
        startedAt,
        started: 'transaction',
      });
    }

    return {
      'callback.returned': when(['failed'], ({ error, site }, session) => {
        if (error !== undefined) check(session, site);
      }),
      'transaction.failed'({ site }, session) {
        check(session, site);
      },
      'transaction.aborted'({ site }, session) {
        check(session, site);
      },
      'session.ending': when(['open transaction'], ({ site }, session) => {
        if (inTransaction(session)) check(session, site);
      }),
    };
  },
});
