import type { Operation, OperationKind } from '../../events/events.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** These are parts of another call, or run in parallel by design. */
const exempt: ReadonlySet<OperationKind> = new Set([
  'killCursors',
  'composite',
  'runner',
  'commit',
  'abort',
  'tail',
]);

function counts(operation: Operation): boolean {
  return operation.inTransaction && !operation.quiet && !exempt.has(operation.kind);
}

/** Two operations of one transaction are in flight at once, which the server does not support. */
export const parallelInTransaction = defineRule({
  meta: {
    id: 'parallel-in-transaction',
    category: 'correctness',
    docs: docsOf('parallel-in-transaction'),
    recommended: 'warn',
    defaults: {},
    messages: {
      parallel: {
        says: '{operation} was begun while {other} of the same transaction was still in flight.',
        fix: 'Await one operation of a transaction before the next, or send them as one bulkWrite: the server takes one command of a transaction at a time.',
      },
    },
  },
  create({ report }) {
    return {
      'operation.requested': when(['others in flight'], ({ operation, attemptOver }, session) => {
        if (!operation.inTransaction || session.openOperations.size === 0 || !counts(operation)) return;
        // For an operation that an earlier attempt left behind, use-after-end reports it.
        if (attemptOver) return;
        for (const other of session.openOperations.values()) {
          if (!counts(other)) continue;
          const data = { operation: describe(operation), other: describe(other) };
          return report({
            messageId: 'parallel',
            data,
            site: operation.site,
            startedAt: session.startSite,
          });
        }
      }),
    };
  },
});
