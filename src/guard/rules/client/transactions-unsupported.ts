import { defineRule, docsOf, when } from '../engine/rule.ts';

/** A transaction is started on a standalone server. */
export const transactionsUnsupported = defineRule({
  meta: {
    id: 'transactions-unsupported',
    category: 'correctness',
    docs: docsOf('transactions-unsupported'),
    recommended: 'warn',
    defaults: {},
    messages: {
      standalone: {
        says: 'A transaction was started on a standalone server, which has no transactions.',
        fix: 'Run the server as a replica set (one member is enough: mongod --replSet rs0, then rs.initiate()).',
      },
    },
  },
  create({ report }) {
    const reported = new WeakSet<object>();
    return {
      'transaction.started': when(['standalone server'], ({ standalone, site }, session) => {
        if (!standalone) return;
        reported.add(session);
        report({ messageId: 'standalone', site, startedAt: session.startSite });
      }),
      'operation.settled': when(['standalone server'], ({ standalone, operation }, session) => {
        const failed = session.openOperations.get(operation);
        // The client was not connected when the transaction started, so the first operation found the server's type.
        if (standalone !== true || failed?.inTransaction !== true || reported.has(session)) return;
        reported.add(session);
        report({
          messageId: 'standalone',
          site: session.transaction?.site ?? failed.site,
          startedAt: session.startSite,
        });
      }),
    };
  },
});
