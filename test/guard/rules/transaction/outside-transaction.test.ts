import { describe, it } from 'vitest';
import { outsideTransaction } from '../../../../src/guard/rules/transaction/outside-transaction.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  outsideTransaction,
  {
    valid: [
      'start txn run(a) commit end',
      {
        name: 'is silent about an operation with another session of its own',
        trace: 'start s2:start txn run(a) s2:run(b) commit end s2:end',
      },
      {
        name: 'is silent about reads of what this transaction has not used',
        trace: 'start txn run(a insert shop.orders) escape(find shop.users) commit end',
      },
      {
        name: 'is silent about reads of what an earlier transaction has used',
        trace: 'start txn run(a insert shop.orders) commit txn escape(find shop.orders) abort end',
      },
      {
        name: 'is silent about reads of what the session has used outside of the transaction',
        trace: 'start run(a insert shop.orders) txn escape(find shop.orders) abort end',
      },
      {
        name: 'is silent when the transaction is over',
        trace: 'start txn run(a) commit escape(insert shop.orders) end',
      },
      {
        name: 'is silent when the commit is under way',
        trace: 'start txn run(a) committing escape(insert shop.orders) committed end',
      },
      {
        name: 'is silent about GridFS when the transaction is over',
        trace: 'start txn run(a) commit escape(openUploadStream shop.fs sessionless) end',
      },
      {
        name: 'is silent about commands that a transaction refuses anyway',
        trace: 'start txn run(a) escape(createIndexes shop.orders) escape(ping) commit end',
      },
      {
        name: 'is silent about an aggregation that writes when the transaction is over',
        trace: 'start txn run(a) commit escape(aggregate shop.orders $out) end',
      },
    ],
    invalid: [
      {
        name: 'fires on a write to any collection',
        trace: 'start txn run(a insert shop.orders) escape(update shop.users) commit end',
        findings: [
          {
            messageId: 'write',
            data: { operation: 'update on shop.users' },
            site: 'escape(update shop.users)',
            startedAt: 'txn',
          },
        ],
      },
      {
        name: 'fires on a write before the first operation of a transaction',
        trace: 'start txn escape(insert shop.orders) commit end',
        findings: [{ messageId: 'write' }],
      },
      {
        name: 'says of an update of a collection that this transaction has used that it does not see the changes and waits',
        trace: 'start txn run(a insert shop.orders) escape(update shop.orders) commit end',
        findings: [{ messageId: 'used', data: { operation: 'update on shop.orders' } }],
      },
      {
        name: 'says of an insert into a collection that this transaction has used that it stays',
        trace: 'start txn run(a insert shop.orders) escape(insert shop.orders) commit end',
        findings: [{ messageId: 'write' }],
      },
      {
        name: 'fires on an aggregation that ends in `$merge`, of a collection that was not used either',
        trace: 'start txn run(a insert shop.orders) escape(aggregate shop.users $merge) commit end',
        findings: [
          {
            messageId: 'stage',
            data: { operation: 'aggregate on shop.users', stage: '$merge' },
            startedAt: 'txn',
          },
        ],
      },
      {
        name: 'fires on an aggregation that ends in `$out`',
        trace: 'start txn run(a insert shop.orders) escape(aggregate shop.orders $out) abort end',
        findings: [{ messageId: 'stage', data: { operation: 'aggregate on shop.orders', stage: '$out' } }],
      },
      {
        name: 'fires on a bulk write',
        trace: 'start txn escape(bulkWrite shop.orders) commit end',
        findings: [{ messageId: 'write', data: { operation: 'bulkWrite on shop.orders' } }],
      },
      {
        name: 'fires on a read of a collection that this transaction has used',
        trace: 'start txn run(a insert shop.orders) escape(aggregate shop.orders) commit end',
        findings: [{ messageId: 'read', data: { operation: 'aggregate on shop.orders' } }],
      },
      {
        name: 'fires on GridFS, which takes no session, with a message of its own',
        trace: 'start txn escape(openDownloadStream shop.fs sessionless) commit end',
        findings: [{ messageId: 'gridfs', data: { operation: 'openDownloadStream on shop.fs' } }],
      },
      {
        name: "fires in a runner's callback, and names where the runner was called",
        trace: 'start runner txn escape(insert shop.orders) callback-returns commit runner-done end',
        findings: [{ messageId: 'write', startedAt: 'runner' }],
      },
    ],
  },
  { describe, it },
);
