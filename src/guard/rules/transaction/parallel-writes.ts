import type { Operation } from '../../events/events.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/**
 * Two retryable writes of one session are in flight at once, outside a transaction. The driver sends them under one
 * transaction number, and the server answers the later ones as if they were retries of the first: acknowledged, not done.
 */
export const parallelWrites = defineRule({
  meta: {
    id: 'parallel-writes',
    category: 'correctness',
    docs: docsOf('parallel-writes'),
    recommended: 'warn',
    defaults: {},
    messages: {
      parallel: {
        says: '{operation} was begun while {other} of the same session was still in flight: one of them can be acknowledged but never done.',
        fix: 'Await one write of a session before the next, send them as one insertMany or bulkWrite, or leave the session out.',
      },
    },
  },
  create({ report }) {
    return {
      'operation.requested': when(['others in flight'], ({ operation }, session) => {
        if (operation.retryable !== true || session.openOperations.size === 0) return;
        const other = openWrite(session.openOperations.values());
        if (other === undefined || session.phase === 'ended') return;
        const data = { operation: describe(operation), other: describe(other) };
        report({ messageId: 'parallel', data, site: operation.site, startedAt: session.startSite });
      }),
    };
  },
});

function openWrite(operations: Iterable<Operation>): Operation | undefined {
  for (const operation of operations) if (operation.retryable === true) return operation;
  return undefined;
}
