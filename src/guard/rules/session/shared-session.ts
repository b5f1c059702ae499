import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';
import { operationOfAnother, transactionOfAnother } from '../parts/scopes.ts';

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
      second: {
        says: 'A transaction was started on a session while another request had one on it.',
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
      'transaction.started': when(['in a request'], ({ scopes, site }, session) => {
        if (session.phase === 'ended') return;
        const startedAt = session.startSite;
        if (transactionOfAnother(scopes, session)) return report({ messageId: 'second', site, startedAt });
        const other = operationOfAnother(scopes, session);
        if (other !== undefined)
          report({ messageId: 'start', data: { other: describe(other) }, site, startedAt });
      }),
      'operation.requested': when(['in a request'], ({ operation }, session) => {
        if (operation.scopes === undefined || operation.quiet || session.phase === 'ended') return;
        const where = { site: operation.site, startedAt: session.startSite };
        if (transactionOfAnother(operation.scopes, session)) {
          return report({ messageId: 'transaction', data: { operation: describe(operation) }, ...where });
        }
        const other = operationOfAnother(operation.scopes, session);
        if (other === undefined) return;
        report({
          messageId: 'operation',
          data: { operation: describe(operation), other: describe(other) },
          ...where,
        });
      }),
    };
  },
});
