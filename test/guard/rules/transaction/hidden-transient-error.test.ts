import { describe, it } from 'vitest';
import { hiddenTransientError } from '../../../../src/guard/rules/transaction/hidden-transient-error.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  hiddenTransientError,
  {
    valid: [
      'start runner txn run(a) callback-returns commit runner-done end',
      {
        name: 'is silent when the error itself leaves the callback',
        trace:
          'start runner txn begin(a) fail(a 112) callback-rejects(a) abort txn run(b) callback-returns commit runner-done end',
      },
      {
        name: "is silent when the user's own error leads to it",
        trace:
          'start runner txn begin(a) fail(a 112) callback-rejects(own linked) abort runner-failed(client) end',
      },
      {
        name: 'is silent when a later error of the transaction leaves it, which is transient too',
        trace:
          'start runner txn begin(a) fail(a 112) begin(b) fail(b 251) callback-rejects(b) abort runner-failed(112) end',
      },
      {
        name: 'is silent when the transient error was followed by an operation that succeeded',
        trace:
          'start runner txn begin(a) fail(a 112) run(b) callback-rejects(own) abort runner-failed(client) end',
      },
      {
        name: 'is silent when the first error is not transient: a second attempt would meet it again',
        trace:
          'start runner txn begin(a) fail(a 11000) begin(b) fail(b 251) callback-rejects(own) abort runner-failed(client) end',
      },
      {
        name: 'is silent when the callback rejects with the error of another operation',
        trace:
          'start runner txn begin(a) begin(b) fail(a 112) fail(b 11000) callback-rejects(b) abort runner-failed(11000) end',
      },
      {
        name: 'is silent about an own error where nothing has failed',
        trace: 'start runner txn run(a) callback-rejects(own) abort runner-failed(client) end',
      },
      {
        name: 'is silent when the callback resolves: the commit brings the error',
        trace:
          'start runner txn begin(a) fail(a 112) callback-returns commit-fail(251) txn run(b) callback-returns commit runner-done end',
      },
      {
        name: 'is silent when the transient error is that of an attempt before',
        trace:
          'start runner txn begin(a) fail(a 112) callback-rejects(a) abort txn run(b) callback-rejects(own) abort runner-failed(client) end',
      },
      {
        name: 'is silent by hand, where no runner waits for the error',
        trace: 'start txn begin(a) fail(a 112) abort end',
      },
    ],
    invalid: [
      {
        name: "fires when the user's own error takes its place",
        trace:
          'start runner txn begin(a update shop.stock) fail(a 112) callback-rejects(own) abort runner-failed(client) end',
        findings: [
          {
            messageId: 'hidden',
            data: {
              operation: 'update on shop.stock',
              error: 'WriteConflict',
              other: 'another error (Error)',
            },
            site: 'begin(a update shop.stock)',
            startedAt: 'runner',
          },
        ],
      },
      {
        name: 'fires when later operations of the dead transaction failed, too',
        trace:
          'start runner txn begin(a) fail(a 112) begin(b) fail(b 251) callback-rejects(own) abort runner-failed(client) end',
        findings: [{ messageId: 'hidden', site: 'begin(a)' }],
      },
      {
        name: 'fires on an error of the network',
        trace:
          'start runner txn begin(a) fail(a name=MongoNetworkError label=TransientTransactionError) callback-rejects(own) abort runner-failed(client) end',
        findings: [
          {
            messageId: 'hidden',
            data: {
              operation: 'insert on shop.orders',
              error: 'MongoNetworkError',
              other: 'another error (Error)',
            },
          },
        ],
      },
      {
        name: 'fires when an abort by hand comes before the own error',
        trace: 'start runner txn begin(a) fail(a 112) abort callback-rejects(own) runner-failed(client) end',
        findings: [{ messageId: 'hidden' }],
      },
      {
        name: 'fires on a bulk write',
        trace:
          'start runner txn begin(a bulkWrite shop.orders) begin(b insert shop.orders kind=batch) fail(b 112) fail(a 112 name=MongoBulkWriteError) callback-rejects(own) abort runner-failed(client) end',
        findings: [
          {
            messageId: 'hidden',
            data: {
              operation: 'bulkWrite on shop.orders',
              error: 'WriteConflict',
              other: 'another error (Error)',
            },
          },
        ],
      },
      {
        name: 'fires in the second attempt',
        trace:
          'start runner txn begin(a) fail(a 112) callback-rejects(a) abort txn begin(b) fail(b 112) callback-rejects(own) abort runner-failed(client) end',
        findings: [{ messageId: 'hidden', site: 'begin(b)' }],
      },
    ],
  },
  { describe, it },
);
