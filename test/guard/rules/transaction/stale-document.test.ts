import { describe, it } from 'vitest';
import { staleDocument } from '../../../../src/guard/rules/transaction/stale-document.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  staleDocument,
  {
    valid: [
      'start txn save(1 sends=total) abort txn save(1 sends=total) commit end',
      {
        name: 'is silent about a document whose transaction was committed',
        trace: 'start txn save(1 sends=total) commit txn save(1 leaves=total) commit end',
      },
      {
        name: 'is silent about a second save of one attempt',
        trace: 'start txn save(1 sends=insert) save(1 leaves=insert) save(1) commit end',
      },
      {
        name: 'is silent about another document',
        trace: 'start txn save(1 sends=total) abort txn save(2 leaves=total) commit end',
      },
      {
        name: 'is silent about a field that the rolled-back transaction did not send',
        trace:
          'start txn save(1 sends=total) commit txn save(1 sends=note) abort txn save(1 sends=note leaves=total) commit end',
      },
      {
        name: 'is silent after a commit of unknown outcome',
        trace:
          'start txn save(1 sends=total) commit-fail(91 label=UnknownTransactionCommitResult) txn save(1 leaves=total) commit end',
      },
      {
        name: 'is silent about a new document that is inserted again, and leaves out another field',
        trace: 'start txn save(1 sends=insert) abort txn save(1 sends=insert leaves=note) commit end',
      },
      {
        name: 'is silent about a document that is deleted again',
        trace: 'start txn save(1 sends=delete) abort txn save(1 sends=delete leaves=note) commit end',
      },
      {
        name: 'is silent about an insert, or a delete, that the rolled-back transaction did not send',
        trace:
          'start txn save(1 sends=total) save(2 sends=total) abort txn save(1 leaves=insert) save(2 leaves=delete) commit end',
      },
      {
        name: 'is silent after the end of a session whose commit has an unknown outcome',
        trace:
          'start txn save(1 sends=total) commit-fail(91 label=UnknownTransactionCommitResult) end s2:start s2:txn s2:save(1 leaves=total) s2:commit s2:end',
      },
      {
        name: 'is silent about what only an attempt before the last has sent: the document was restored since',
        trace:
          'start txn save(1 sends=total) abort txn save(1 sends=note) abort txn save(1 sends=note leaves=total) commit end',
      },
    ],
    invalid: [
      {
        name: 'fires on a save that leaves out what was rolled back',
        trace: 'start txn save(1 sends=total,note) abort txn save(1 sends=note leaves=total) commit end',
        findings: [
          {
            messageId: 'update',
            data: { model: 'Order', paths: 'total' },
            site: 'save(1 sends=note leaves=total)',
          },
        ],
      },
      {
        name: 'fires once for a document',
        trace: 'start txn save(1 sends=total) abort txn save(1 leaves=total) save(1 leaves=total) commit end',
        findings: [{ messageId: 'update', data: { model: 'Order', paths: 'total' } }],
      },
      {
        name: 'fires on a new document that is not inserted again',
        trace: 'start txn save(1 sends=insert) abort txn save(1 leaves=insert) commit end',
        findings: [{ messageId: 'insert', data: { model: 'Order' } }],
      },
      {
        name: 'fires on a document that is not deleted again',
        trace: 'start txn save(1 sends=delete) abort txn save(1 leaves=delete) commit end',
        findings: [{ messageId: 'delete', data: { model: 'Order' } }],
      },
      {
        name: 'fires after a commit that asks for another attempt',
        trace: 'start txn save(1 sends=total) commit-fail(112) txn save(1 leaves=total) commit end',
        findings: [{ messageId: 'update', data: { model: 'Order', paths: 'total' } }],
      },
      {
        name: 'fires on the next attempt of a runner',
        trace:
          'start runner txn save(1 sends=total) callback-rejects(own) abort txn save(1 leaves=total) callback-returns commit runner-done end',
        findings: [{ messageId: 'update', data: { model: 'Order', paths: 'total' } }],
      },
      {
        name: 'fires on the next session after one that ended with its transaction open',
        trace: 'start txn save(1 sends=total) end s2:start s2:txn s2:save(1 leaves=total) s2:commit s2:end',
        findings: [{ messageId: 'update', data: { model: 'Order', paths: 'total' } }],
      },
      {
        name: 'names three fields at most',
        trace: 'start txn save(1 sends=a,b,c,d) abort txn save(1 leaves=a,b,c,d) commit end',
        findings: [{ messageId: 'update', data: { model: 'Order', paths: 'a, b, c and 1 more' } }],
      },
      {
        name: 'knows all that the saves of one transaction have sent',
        trace:
          'start txn save(1 sends=total) save(1 sends=note) abort txn save(1 leaves=total,note) commit end',
        findings: [{ messageId: 'update', data: { model: 'Order', paths: 'total, note' } }],
      },
      {
        name: 'fires on a new document that was saved a second time before the rollback',
        trace:
          'start txn save(1 sends=insert) save(1 sends=total) abort txn save(1 leaves=insert) commit end',
        findings: [{ messageId: 'insert' }],
      },
      {
        name: 'fires on a document that was deleted, and saved, before the rollback',
        trace:
          'start txn save(1 sends=delete) save(1 sends=total) abort txn save(1 leaves=delete) commit end',
        findings: [{ messageId: 'delete' }],
      },
      {
        name: 'fires where another session has saved the document since, and rolled it back',
        trace:
          'start txn save(1 sends=total) s2:start s2:txn s2:save(1 sends=total) commit s2:abort s2:txn s2:save(1 leaves=total) s2:commit s2:end end',
        findings: [{ messageId: 'update' }],
      },
      {
        name: 'fires on the next attempt of a runner whose abort has failed',
        trace:
          'start runner txn save(1 sends=total) callback-rejects(own) abort-fail(client) txn save(1 leaves=total) callback-returns commit runner-done end',
        findings: [{ messageId: 'update' }],
      },
    ],
  },
  { describe, it },
);
