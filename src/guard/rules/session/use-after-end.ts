import type { OperationKind } from '../../events/events.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** Parts of a call that is reported itself; the runner starts a transaction next. */
const parts: ReadonlySet<OperationKind> = new Set(['killCursors', 'batch', 'runner']);

/** A session, or an attempt of a transaction, is used after its end. */
export const useAfterEnd = defineRule({
  meta: {
    id: 'use-after-end',
    category: 'correctness',
    docs: docsOf('use-after-end'),
    recommended: 'warn',
    defaults: {},
    messages: {
      operation: {
        says: '{operation} used a session that had already ended.',
        fix: 'Await the operation before the session ends, or give work that outlives the session a separate session.',
      },
      transaction: {
        says: 'startTransaction was called on a session that had already ended.',
        fix: 'Start a new session for every unit of work instead of keeping one beyond its end.',
      },
      attempt: {
        says: '{operation} was begun by an attempt of a transaction that was already over.',
        fix: 'Await everything that the callback starts, also operations after a timer, before the callback returns.',
      },
    },
  },
  create({ report }) {
    return {
      'operation.requested': when(
        ['session not open', 'attempt over'],
        ({ operation, attemptOver }, session) => {
          const messageId = session.phase === 'ended' ? 'operation' : attemptOver ? 'attempt' : undefined;
          if (messageId === undefined || parts.has(operation.kind)) return;
          const data = { operation: describe(operation) };
          report({
            messageId,
            data,
            site: operation.site,
            startedAt: session.startSite,
            endedAt: session.endSite,
          });
        },
      ),
      'transaction.started': when(['session not open'], (event, session) => {
        if (session.phase !== 'ended') return;
        const { startSite: startedAt, endSite: endedAt } = session;
        report({ messageId: 'transaction', site: event.site, startedAt, endedAt });
      }),
    };
  },
});
