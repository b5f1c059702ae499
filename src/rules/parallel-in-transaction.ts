import type { Operation, OperationKind } from '../session/events.ts';
import { describe } from './describe.ts';
import { defineRule, docsOf } from './rule.ts';

/** These are parts of another call, or run beside others by nature. */
const exempt: ReadonlySet<OperationKind> = new Set([
  'killCursors',
  'composite',
  'helper',
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
        fix: 'Await one operation of a transaction before the next, or send them as one bulkWrite: a transaction is one conversation.',
      },
    },
  },
  create({ report }) {
    return {
      'operation.requested'({ operation, attemptOver }, session) {
        if (!operation.inTransaction || session.openOperations.size === 0 || !counts(operation)) return;
        // A straggler of an earlier attempt has no business in this one: use-after-end says so.
        if (attemptOver) return;
        for (const other of session.openOperations.values()) {
          if (!counts(other)) continue;
          const data = { operation: describe(operation), other: describe(other) };
          return report({ messageId: 'parallel', data, site: operation.site, startedAt: session.startSite });
        }
      },
    };
  },
});
