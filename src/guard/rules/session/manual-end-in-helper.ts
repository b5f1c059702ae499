import type { OperationKind } from '../../events/events.ts';
import { inTransaction, type SessionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf, when } from '../engine/rule.ts';

/** Not work, but another end of the transaction. */
const ends: ReadonlySet<OperationKind> = new Set(['commit', 'abort', 'runner', 'killCursors']);

/** A session is ended, or a transaction committed or aborted, by hand inside a transaction runner, which does it itself. */
export const manualEndInHelper = defineRule({
  meta: {
    id: 'manual-end-in-helper',
    category: 'correctness',
    docs: docsOf('manual-end-in-helper'),
    recommended: 'warn',
    defaults: {},
    messages: {
      end: {
        says: 'The session was ended by hand inside the transaction runner: its transaction is aborted and nothing is written.',
        fix: 'Remove the endSession call: the runner commits and ends the session when the callback returns.',
      },
      work: {
        says: '{operation} followed {how} by hand inside the transaction runner, so it ran outside the transaction.',
        fix: 'Remove the call: return from the callback to commit, throw to abort.',
      },
      thrown: {
        says: 'The callback of the transaction runner was rejected after {how} by hand.',
        fix: 'Remove the call: when the callback rejects, the runner aborts and passes the error on.',
      },
    },
  },
  create({ report }) {
    return {
      'session.ending': when(['open transaction'], ({ by, inside, site }, session) => {
        if (by !== 'user' || !inside || !session.inCallback || !inTransaction(session)) return;
        report({ messageId: 'end', site, startedAt: session.startSite });
      }),
      'operation.requested': when(['outside the transaction'], ({ operation }, session) => {
        if (!session.inCallback || operation.inTransaction || ends.has(operation.kind)) return;
        const how = endedByHand(session);
        if (how === undefined) return;
        report({ messageId: 'work', data: { operation: describe(operation), how }, site: operation.site });
      }),
      'callback.returned': when(['failed'], ({ error }, session) => {
        const how = endedByHand(session);
        if (error === undefined || how === undefined) return;
        report({
          messageId: 'thrown',
          data: { how },
          site: session.transaction?.endSite,
          startedAt: session.startSite,
        });
      }),
    };
  },
});

function endedByHand({ transaction, phase }: SessionRecord): 'a commit' | 'an abort' | undefined {
  if (transaction?.by !== 'runner' || transaction.endedBy !== 'user' || phase === 'ended') return undefined;
  if (transaction.phase === 'committed') return 'a commit';
  return transaction.phase === 'aborted' || transaction.phase === 'aborting' ? 'an abort' : undefined;
}
