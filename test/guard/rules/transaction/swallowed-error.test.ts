import { describe, it } from 'vitest';
import { swallowedError } from '../../../../src/guard/rules/transaction/swallowed-error.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  swallowedError,
  {
    valid: [
      'start txn run(a) commit end',
      {
        name: 'is silent when the commit succeeds: not every error aborts a transaction',
        trace: 'start txn begin(a listIndexes shop.orders) fail(a 263) run(b) commit end',
      },
      {
        name: 'is silent when the error leaves the callback',
        trace: 'start runner txn begin(a) fail(a 11000) callback-rejects(a) abort runner-failed(11000) end',
      },
      {
        name: "is silent when the error leaves the callback in the user's own class",
        trace:
          'start runner txn begin(a) fail(a 11000) callback-rejects(own) abort runner-failed(name=OrderError client) end',
      },
      {
        name: 'is silent when the error is caught around the whole manual transaction',
        trace: 'start txn begin(a) fail(a 11000) abort end',
      },
      {
        name: 'is silent when the user aborted and returned',
        trace: 'start runner txn begin(a) fail(a 11000) abort callback-returns runner-done end',
      },
      {
        name: "is silent about an error of the client's own validation, which reached no server",
        trace: 'start txn begin(a) fail(a client) run(b) commit-fail(251) end',
      },
      {
        name: 'is silent when the commit is rejected for another reason',
        trace: 'start txn begin(a listIndexes shop.orders) fail(a 263) run(b) commit-fail(112) end',
      },
      {
        name: 'is silent when the server has given the transaction up with no earlier error',
        trace: 'start txn run(a) wait(70s) commit-fail(251) end',
      },
      {
        name: 'is silent about operations that ran beside the one that failed',
        trace: 'start txn begin(a) begin(b) fail(a 11000) fail(b 251) abort end',
      },
      {
        name: 'is silent when one that ran beside it is what the callback rejects with',
        trace:
          'start runner txn begin(a) begin(b) fail(a 11000) fail(b 251) callback-rejects(b) abort runner-failed(251) end',
      },
      {
        name: 'is silent about a failure outside of a transaction',
        trace: 'start begin(a) fail(a 11000) txn run(b) commit-fail(251) end',
      },
      {
        name: 'forgets the failure of an attempt that was rolled back',
        trace:
          'start runner txn begin(a) fail(a 112) callback-rejects(a) abort txn run(b) callback-returns commit-fail(251) runner-failed(251) end',
      },
      {
        name: 'is silent when only the outcome of the commit is not known',
        trace: 'start txn begin(a) fail(a 11000) commit-fail(91 label=UnknownTransactionCommitResult) end',
      },
      {
        name: 'is silent about a later operation that fails for a reason of its own',
        trace: 'start txn begin(a) fail(a 11000) begin(b) fail(b 91) abort end',
      },
      {
        name: 'is silent about a callback that rejects with the error of a later operation of its own',
        trace:
          'start runner txn begin(a) fail(a 11000) begin(b) fail(b 91) callback-rejects(b) abort runner-failed(91) end',
      },
    ],
    invalid: [
      {
        name: 'fires when the commit of a manual transaction answers NoSuchTransaction',
        trace: 'start txn begin(a) fail(a 11000) commit-fail(251) end',
        findings: [
          {
            messageId: 'commitByHand',
            data: { operation: 'insert on shop.orders', error: 'E11000 (duplicate key)', next: '' },
            site: 'begin(a)',
            startedAt: 'start',
          },
        ],
      },
      {
        name: "fires when a runner's commit answers NoSuchTransaction",
        trace:
          'start runner txn begin(a) fail(a 11000) callback-returns commit-fail(251) runner-failed(11000) end',
        findings: [{ messageId: 'commit', site: 'begin(a)' }],
      },
      {
        name: 'names the first error, not what it led to',
        trace: 'start txn begin(a) fail(a 112) begin(b find shop.users) fail(b 251) commit-fail(251) end',
        findings: [
          {
            messageId: 'operationByHand',
            data: { operation: 'insert on shop.orders', error: 'WriteConflict', next: 'find on shop.users' },
            site: 'begin(a)',
          },
          { messageId: 'commitByHand', site: 'begin(a)' },
        ],
      },
      {
        name: 'fires when the callback rejects with the NoSuchTransaction of a later operation',
        trace:
          'start runner txn begin(a) fail(a 11000) begin(b) fail(b 251) callback-rejects(b) abort runner-failed(251) end',
        findings: [
          {
            messageId: 'operation',
            site: 'begin(a)',
            data: {
              operation: 'insert on shop.orders',
              error: 'E11000 (duplicate key)',
              next: 'insert on shop.orders',
            },
          },
        ],
      },
      {
        name: "fires on a bulk write's error, which is made above its batches",
        trace:
          'start txn begin(a bulkWrite shop.orders) begin(b insert shop.orders kind=batch) settle(b) fail(a 11000 name=MongoBulkWriteError) commit-fail(251) end',
        findings: [
          {
            messageId: 'commitByHand',
            data: { operation: 'bulkWrite on shop.orders', error: 'E11000 (duplicate key)', next: '' },
          },
        ],
      },
      {
        name: "does not name a bulk write's batch",
        trace:
          'start txn begin(a bulkWrite shop.orders) begin(b insert shop.orders kind=batch) fail(b 112) fail(a 112) commit-fail(251) end',
        findings: [
          {
            messageId: 'commitByHand',
            data: { operation: 'bulkWrite on shop.orders', error: 'WriteConflict', next: '' },
          },
        ],
      },
      {
        name: 'names an error without a code by its class',
        trace: 'start txn begin(a) fail(a name=MongoNetworkError) commit-fail(251) end',
        findings: [
          {
            messageId: 'commitByHand',
            data: { operation: 'insert on shop.orders', error: 'MongoNetworkError', next: '' },
          },
        ],
      },
      {
        name: 'names an error of an unknown code by class and code',
        trace: 'start txn begin(a) fail(a 50) commit-fail(251) end',
        findings: [
          {
            messageId: 'commitByHand',
            data: { operation: 'insert on shop.orders', error: 'MongoServerError 50', next: '' },
          },
        ],
      },
    ],
  },
  { describe, it },
);
