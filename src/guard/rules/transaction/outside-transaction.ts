import type { Operation } from '../../events/events.ts';
import type { TransactionRecord } from '../../events/record.ts';
import { describe } from '../engine/describe.ts';
import { defineRule, docsOf } from '../engine/rule.ts';

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
        fix: 'Pass { session } in the options of the call (inject: true of withTxn does it for you), or wrap it in outsideTxn() if that is intended.',
      },
      used: {
        says: '{operation} inside a transaction was sent without its session: it does not see the writes of the transaction, waits for the transaction if both change the same document, and stays when the transaction is aborted.',
        fix: 'Pass { session } in the options of the call (inject: true of withTxn does it for you), or wrap it in outsideTxn() if that is intended.',
      },
      read: {
        says: '{operation} inside a transaction was sent without its session: it does not see the writes of the transaction.',
        fix: 'Pass { session } in the options of the call (inject: true of withTxn does it for you), or wrap it in outsideTxn() if that is intended.',
      },
      gridfs: {
        says: '{operation} inside a transaction is not part of it, because GridFS takes no session: it does not see the writes of the transaction, and its writes stay when the transaction is aborted.',
        fix: 'Call it before the transaction, or when it is committed; wrap it in outsideTxn() if that is intended.',
      },
      stage: {
        says: '{operation} with {stage} inside a transaction is not part of it, because a transaction refuses that stage: it does not see the writes of the transaction, and its writes stay when the transaction is aborted.',
        fix: 'Run it before the transaction, or when it is committed; wrap it in outsideTxn() if that is intended.',
      },
    },
  },
  create({ report }) {
    return {
      'operation.escaped'({ operation, sessionless, stage }, session) {
        const { transaction } = session;
        if (transaction?.phase !== 'active') return;
        const about = { site: operation.site, startedAt: transaction.site, started: 'transaction' } as const;
        const data = { operation: describe(operation) };
        if (stage !== undefined) return report({ messageId: 'stage', data: { ...data, stage }, ...about });
        const messageId = sessionless ? 'gridfs' : faultOf(operation, transaction);
        if (messageId !== undefined) report({ messageId, data, ...about });
      },
    };
  },
});

/** A read is a fault only if the transaction has used the same collection: otherwise it may be intended. */
function faultOf(
  { command, kind, namespace }: Operation,
  { namespaces }: TransactionRecord,
): 'write' | 'used' | 'read' | undefined {
  const used = namespace !== undefined && namespaces.includes(namespace);
  if (kind === 'write' || kind === 'composite') return used && command !== 'insert' ? 'used' : 'write';
  return kind === 'read' && used ? 'read' : undefined;
}
