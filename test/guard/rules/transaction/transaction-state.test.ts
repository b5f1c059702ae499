import { describe, it } from 'vitest';
import { transactionState } from '../../../../src/guard/rules/transaction/transaction-state.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  transactionState,
  {
    valid: [
      'start txn run(a) commit end',
      'start txn run(a) abort end',
      'start txn commit txn abort end',
      {
        name: 'is silent when a commit is retried after an unknown result',
        trace: 'start txn run(a) commit-fail(91 label=UnknownTransactionCommitResult) commit end',
      },
      {
        name: 'is silent when a commit is retried again and again after unknown results',
        trace:
          'start txn run(a) commit-fail(name=MongoNetworkError label=UnknownTransactionCommitResult) commit-fail(91 label=UnknownTransactionCommitResult) commit end',
      },
      {
        name: "is silent about a runner's own abort after an abort by hand",
        trace: 'start runner txn run(a) abort callback-rejects(own) abort runner-failed(client) end',
      },
      {
        name: "is silent about a runner's own retries of a commit",
        trace:
          'start runner txn run(a) callback-returns commit-fail(91 label=UnknownTransactionCommitResult) commit runner-done end',
      },
      {
        name: 'is silent about the abort of a transaction whose operation has failed',
        trace: 'start txn begin(a) fail(a 11000) abort end',
      },
      {
        name: 'is silent about a transaction that the end of the session aborts',
        trace: 'start txn run(a) end',
      },
      {
        name: 'is silent about the end of a transaction that may have begun before the client was guarded',
        trace: 'start(history-unknown) run(a) commit commit end',
      },
      {
        name: 'is silent about an ended session, of which use-after-end speaks',
        trace: 'start txn end abort',
      },
    ],
    invalid: [
      {
        name: 'fires on a commit without a start',
        trace: 'start run(a) commit-fail(client) end',
        findings: [
          {
            messageId: 'none',
            data: { call: 'commitTransaction' },
            site: 'commit-fail(client)',
            startedAt: 'start',
          },
        ],
      },
      {
        name: 'fires on a second end of a transaction that has begun since the client was guarded',
        trace: 'start(history-unknown) run(a) commit txn run(b) commit abort-fail(client) end',
        findings: [{ messageId: 'over', data: { call: 'abortTransaction', phase: 'committed' } }],
      },
      {
        name: 'fires on an abort without a start',
        trace: 'start abort-fail(client) end',
        findings: [{ messageId: 'none', data: { call: 'abortTransaction' } }],
      },
      {
        name: 'fires once where the commit without a start is followed by the abort of a catch-all',
        trace: 'start run(a) commit-fail(client) abort-fail(client) end',
        findings: [{ messageId: 'none', data: { call: 'commitTransaction' }, started: undefined }],
      },
      {
        name: 'fires once for each transaction',
        trace:
          'start txn run(a) commit commit-fail(client) abort-fail(client) txn run(b) commit abort-fail(client) end',
        findings: [
          { messageId: 'over', site: 'commit-fail(client)', started: 'transaction' },
          { messageId: 'over', data: { call: 'abortTransaction', phase: 'committed' } },
        ],
      },
      {
        name: 'fires on an abort after a commit, in a catch-all',
        trace: 'start txn run(a) commit abort-fail(client) end',
        findings: [
          {
            messageId: 'over',
            data: { call: 'abortTransaction', phase: 'committed' },
            site: 'abort-fail(client)',
            startedAt: 'txn',
          },
        ],
      },
      {
        name: 'fires on an abort after a rejected commit',
        trace: 'start txn run(a) commit-fail(112) abort-fail(client) end',
        findings: [
          {
            messageId: 'over',
            data: { call: 'abortTransaction', phase: 'over, because its commit had been rejected' },
          },
        ],
      },
      {
        name: 'fires on an abort even where the result of the commit is unknown',
        trace: 'start txn run(a) commit-fail(91 label=UnknownTransactionCommitResult) abort-fail(client) end',
        findings: [{ messageId: 'over' }],
      },
      {
        name: 'fires on a second commit by other code',
        trace: 'start txn run(a) commit commit end',
        findings: [{ messageId: 'over', data: { call: 'commitTransaction', phase: 'committed' } }],
      },
      {
        name: 'fires on a commit that is sent again after a known failure',
        trace: 'start txn run(a) commit-fail(112) commit-fail(251) end',
        findings: [{ messageId: 'over', site: 'commit-fail(251)' }],
      },
      {
        name: 'fires on a second abort',
        trace: 'start txn run(a) abort abort-fail(client) end',
        findings: [{ messageId: 'over', data: { call: 'abortTransaction', phase: 'aborted' } }],
      },
      {
        name: 'fires on a commit after an abort',
        trace: 'start txn run(a) abort commit-fail(client) end',
        findings: [{ messageId: 'over', data: { call: 'commitTransaction', phase: 'aborted' } }],
      },
    ],
  },
  { describe, it },
);
