import type { Operation } from '../session/events.ts';
import type { SessionRecord } from '../session/record.ts';
import { describe } from './describe.ts';
import { defineRule, docsOf } from './rule.ts';

/** An operation in the async scope of a transaction does not carry its session. */
export const outsideTransaction = defineRule({
  meta: {
    id: 'outside-transaction',
    category: 'correctness',
    docs: docsOf('outside-transaction'),
    recommended: 'warn',
    defaults: {},
    messages: {
      write: {
        says: '{operation} inside a transaction was sent without its session: it stays when the transaction is aborted.',
        fix: 'Pass { session } in the options of the call (inject: true of withTxn does it for you), or wrap it in outsideTxn() if it is meant.',
      },
      read: {
        says: '{operation} inside a transaction was sent without its session: it does not see what the transaction has written.',
        fix: 'Pass { session } in the options of the call (inject: true of withTxn does it for you), or wrap it in outsideTxn() if it is meant.',
      },
      gridfs: {
        says: '{operation} inside a transaction is no part of it, since GridFS takes no session: it does not see what the transaction has written, and what it writes stays when the transaction is aborted.',
        fix: 'Call it before the transaction, or when it is committed; wrap it in outsideTxn() if it is meant.',
      },
    },
  },
  create({ report }) {
    return {
      'operation.escaped'({ operation, sessionless }, session) {
        const messageId = sessionless ? faultOfSessionless(session) : faultOf(operation, session);
        if (messageId === undefined) return;
        const startedAt = session.transaction?.site;
        report({ messageId, data: { operation: describe(operation) }, site: operation.site, startedAt });
      },
    };
  },
});

/** GridFS reads files in several steps, and none of them sees what the transaction has written. */
function faultOfSessionless({ transaction }: SessionRecord): 'gridfs' | undefined {
  return transaction?.phase === 'active' ? 'gridfs' : undefined;
}

/** A read is a fault only where the transaction has used the same collection: elsewhere it may be meant. */
function faultOf({ kind, namespace }: Operation, session: SessionRecord): 'write' | 'read' | undefined {
  if (session.transaction?.phase !== 'active') return undefined;
  if (kind === 'write' || kind === 'composite') return 'write';
  const used = namespace !== undefined && session.transaction.namespaces.has(namespace);
  return kind === 'read' && used ? 'read' : undefined;
}
