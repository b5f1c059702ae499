import { describe, it } from 'vitest';
import { unsupportedInTransaction } from '../../../../src/guard/rules/transaction/unsupported-in-transaction.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  unsupportedInTransaction,
  {
    valid: [
      'start txn run(a createIndexes shop.new) commit end',
      'start begin(a listIndexes shop.orders) fail(a 263) end',
      {
        name: 'is silent about a refusal that was caught and did no harm',
        trace: 'start txn run(a) begin(b listIndexes shop.orders) fail(b 263) commit end',
      },
      {
        name: 'is silent if the transaction is aborted later for another reason',
        trace: 'start txn run(a) begin(b listIndexes shop.orders) fail(b 263) run(c) abort end',
      },
      {
        name: 'is silent about other errors',
        trace: 'start txn begin(a) fail(a 11000) abort end',
      },
      {
        name: 'is silent about a refusal by the client, which was never sent',
        trace: 'start txn begin(a) fail(a client) abort end',
      },
    ],
    invalid: [
      {
        name: 'fires when the refusal leaves the callback, and only once',
        trace:
          'start runner txn run(b) begin(a createIndexes shop.orders) fail(a 263) callback-rejects(a) abort runner-failed(263) end',
        findings: [
          {
            messageId: 'refused',
            data: { operation: 'createIndexes on shop.orders' },
            site: 'begin(a createIndexes shop.orders)',
            startedAt: 'runner',
          },
        ],
      },
      {
        name: 'fires when the callback rejects with an error of its own making',
        trace:
          'start runner txn begin(a count shop.orders) fail(a 263) callback-rejects(own) abort runner-failed end',
        findings: [{ messageId: 'refused' }],
      },
      {
        name: 'fires when the refusal was caught, and the server has given the transaction up',
        trace: 'start txn begin(a createIndexes shop.orders) fail(a 263) commit-fail(251) end',
        findings: [{ messageId: 'refused', site: 'begin(a createIndexes shop.orders)' }],
      },
      {
        name: 'fires when the transaction is aborted by hand',
        trace: 'start txn begin(a drop shop.orders) fail(a 263) abort end',
        findings: [{ messageId: 'refused', startedAt: 'txn' }],
      },
      {
        name: 'fires when the session is ended with the transaction open',
        trace: 'start txn begin(a listCollections) fail(a 263) end',
        findings: [{ messageId: 'refused', data: { operation: 'listCollections' } }],
      },
      {
        name: 'fires again in the next transaction',
        trace: 'start txn begin(a)@x fail(a 263) abort txn begin(b)@x fail(b 263) abort end',
        findings: [{ messageId: 'refused' }, { messageId: 'refused' }],
      },
    ],
  },
  { describe, it },
);
