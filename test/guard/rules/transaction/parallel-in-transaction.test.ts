import { describe, it } from 'vitest';
import { parallelInTransaction } from '../../../../src/guard/rules/transaction/parallel-in-transaction.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  parallelInTransaction,
  {
    valid: [
      {
        name: 'leaves a straggler of an earlier attempt to use-after-end',
        trace: 'start runner txn begin(a) begin(b attempt-over) settle(a) settle(b) commit runner-done end',
      },
      'start txn run(a) run(b) run(c) commit end',
      {
        name: 'is silent when each operation has its own session',
        trace:
          'start s2:start txn s2:txn begin(a) s2:begin(b) settle(a) s2:settle(b) commit s2:commit end s2:end',
      },
      {
        name: 'is silent about operations outside of a transaction',
        trace: 'start begin(a) begin(b) settle(a) settle(b) end',
      },
      {
        name: 'is silent about a bulk write that sends its batches one after the other',
        trace:
          'start txn begin(a bulkWrite shop.orders) run(b insert shop.orders kind=batch) run(c update shop.orders kind=batch) settle(a) commit end',
      },
      {
        name: 'is silent about a cursor that is read batch by batch',
        trace:
          'start txn run(a find shop.users) open(a) run(b getMore shop.users) run(c getMore shop.users) close(a) commit end',
      },
      {
        name: 'is silent about killCursors',
        trace:
          'start txn run(a find shop.users) open(a) begin(k killCursors shop.users) close(a) begin(b) settle(k) settle(b) commit end',
      },
      {
        name: "is silent about a stream's own read-ahead",
        trace:
          'start txn run(a find shop.users) open(a) begin(b getMore shop.users quiet) run(c) settle(b) close(a) commit end',
      },
      {
        name: 'is silent about a joined runner and what runs in it',
        trace: 'start runner txn begin(j withTxn) run(a) settle(j) callback-returns commit runner-done end',
      },
      {
        name: 'is silent when an operation before the transaction is still in flight',
        trace: 'start begin(a) txn begin(b) settle(a) settle(b) commit end',
      },
      {
        name: 'is silent about the commit itself',
        trace: 'start txn begin(a) commit settle(a) end',
      },
    ],
    invalid: [
      {
        name: 'fires on Promise.all, once for each operation beside others',
        trace:
          'start txn begin(a) begin(b find shop.users) begin(c) settle(a) settle(b) settle(c) commit end',
        findings: [
          {
            messageId: 'parallel',
            data: { operation: 'find on shop.users', other: 'insert on shop.orders' },
            site: 'begin(b find shop.users)',
            startedAt: 'start',
          },
          { messageId: 'parallel', site: 'begin(c)' },
        ],
      },
      {
        name: 'fires on a count beside a find',
        trace:
          'start txn begin(a find shop.users) begin(b aggregate shop.users) settle(a) settle(b) commit end',
        findings: [
          {
            messageId: 'parallel',
            data: { operation: 'aggregate on shop.users', other: 'find on shop.users' },
          },
        ],
      },
      {
        name: 'fires on a fetch beside a write',
        trace:
          'start txn run(a find shop.users) open(a) begin(b getMore shop.users) begin(c) settle(b) settle(c) close(a) commit end',
        findings: [
          {
            messageId: 'parallel',
            data: { operation: 'insert on shop.orders', other: 'getMore on shop.users' },
          },
        ],
      },
      {
        name: 'fires on an operation beside the batch of a bulk write',
        trace:
          'start txn begin(a bulkWrite shop.orders) begin(b insert shop.orders kind=batch) begin(c update shop.users) settle(b) settle(a) settle(c) commit end',
        findings: [{ messageId: 'parallel', site: 'begin(c update shop.users)' }],
      },
      {
        name: 'fires in a runner',
        trace:
          'start runner txn begin(a) begin(b) settle(a) settle(b) callback-returns commit runner-done end',
        findings: [{ messageId: 'parallel', site: 'begin(b)' }],
      },
    ],
  },
  { describe, it },
);
