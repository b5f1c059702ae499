import { describe, it } from 'vitest';
import { longTransaction } from '../../../../src/guard/rules/transaction/long-transaction.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  longTransaction,
  {
    valid: [
      'start txn run(a) wait(4s) tick run(b) commit end',
      {
        name: 'is silent about what is slow before the first operation: the server knows of no transaction yet',
        trace: 'start txn wait(60s) tick run(a) commit end',
      },
      {
        name: 'is silent about a first operation that waits for its turn: the server knows of no transaction yet',
        trace: 'start txn begin(a) wait(4s) sent(a) wait(2s) settle(a) commit end',
      },
      {
        name: 'is silent about what is slow between two transactions',
        trace: 'start txn run(a) commit wait(60s) tick txn run(b) commit end',
      },
      {
        name: 'is silent about a session that is open for long, without a transaction',
        trace: 'start run(a) wait(60s) tick run(b) end',
      },
      {
        name: 'is silent about attempts that are short each',
        trace:
          'start runner txn run(a) wait(3s) callback-rejects(own) abort txn run(b) wait(3s) callback-returns commit runner-done end',
      },
      {
        name: 'is silent about a slow commit',
        trace: 'start txn run(a) committing wait(6s) tick committed end',
      },
      {
        name: 'leaves a transaction in which nothing happens any more to session-leak',
        trace: 'start txn run(a) wait(61s) tick close-client',
      },
      {
        name: 'is silent about NoSuchTransaction without a pause',
        trace: 'start txn run(a) begin(b) fail(b 251) abort end',
      },
      {
        name: 'is silent about NoSuchTransaction after an earlier error: that is swallowed-error',
        trace: 'start txn begin(a) fail(a 11000) wait(2s) begin(b) fail(b 251) abort end',
      },
      {
        name: 'is silent about NoSuchTransaction after a long operation, since nothing has paused',
        trace: 'start txn begin(a aggregate shop.orders) wait(2s) settle(a) begin(b) fail(b 251) abort end',
      },
      {
        name: 'is silent about a pause that did no harm',
        trace: 'start txn run(a) wait(2s) run(b) commit end',
      },
      {
        name: 'is silent about time in which the process was starved of the processor',
        trace: 'start txn run(a) wait(1s) starve(5s) wait(2s) tick run(b) commit end',
      },
      {
        name: 'is silent about NoSuchTransaction after a pause in which the process was starved',
        trace: 'start txn run(a) starve(70s) begin(b) fail(b 251) abort end',
      },
      {
        name: 'is silent about NoSuchTransaction after a pause that is too short to explain it',
        trace: 'start txn run(a) wait(500ms) begin(b) fail(b 251) abort end',
      },
    ],
    invalid: [
      {
        name: 'counts the rest of the time where the process was starved for a part of it',
        trace: 'start txn run(a find shop.stock) starve(3s) wait(6s) run(b update shop.stock) commit end',
        findings: [
          {
            messageId: 'open',
            data: { seconds: 6, pause: 6, after: 'find on shop.stock', before: 'update on shop.stock' },
          },
        ],
      },
      {
        name: 'fires once while the transaction is open for `warnAfterMS`, and names the longest pause',
        trace:
          'start txn run(a find shop.stock) wait(4s) run(b update shop.stock) wait(2s) tick wait(2s) tick commit end',
        findings: [
          {
            messageId: 'open',
            data: { seconds: 6, pause: 4, after: 'find on shop.stock', before: 'update on shop.stock' },
            site: 'txn',
          },
        ],
      },
      {
        name: 'fires at the commit, if nobody has looked at the clock',
        trace: 'start txn run(a) wait(6s) commit end',
        findings: [
          {
            messageId: 'open',
            data: { seconds: 6, pause: 6, after: 'insert on shop.orders', before: 'the commit' },
          },
        ],
      },
      {
        name: 'fires while the pause goes on',
        trace: 'start runner txn run(a) wait(6s) tick callback-returns commit runner-done end',
        findings: [
          {
            messageId: 'open',
            data: { seconds: 6, pause: 6, after: 'insert on shop.orders', before: 'what comes next' },
            site: 'runner',
          },
        ],
      },
      {
        name: 'fires on many operations without a pause',
        trace: 'start txn begin(a) wait(3s) settle(a) begin(b) wait(3s) settle(b) commit end',
        findings: [{ messageId: 'busy', data: { seconds: 6 }, site: 'txn' }],
      },
      {
        name: 'fires at an abort, and at the end of the session',
        trace: 'start txn run(a) wait(6s) abort txn run(b) wait(6s) end',
        findings: [{ messageId: 'open' }, { messageId: 'open' }],
      },
      {
        name: 'takes `warnAfterMS` from its options',
        trace: 'start txn run(a) wait(1s) run(b) commit end',
        options: { warnAfterMS: 1000 },
        findings: [{ messageId: 'open' }],
      },
      {
        name: 'fires on an operation that the server answers with NoSuchTransaction after a pause',
        trace: 'start txn run(a find shop.stock) wait(2s) begin(b update shop.stock) fail(b 251) abort end',
        findings: [
          {
            messageId: 'gone',
            data: {
              noticed: 'update on shop.stock',
              pause: 2,
              after: 'find on shop.stock',
              before: 'update on shop.stock',
            },
            site: 'begin(b update shop.stock)',
            startedAt: 'txn',
          },
        ],
      },
      {
        name: 'fires on a commit that the server answers with NoSuchTransaction after a pause',
        trace: 'start txn run(a) wait(2s) commit-fail(251) end',
        findings: [
          {
            messageId: 'gone',
            data: { noticed: 'the commit', pause: 2, after: 'insert on shop.orders', before: 'the commit' },
          },
        ],
      },
      {
        name: 'fires also in a process that has run for long',
        trace: 's0:start(runner) wait(100s) start txn run(a) wait(6s) tick',
        findings: [{ messageId: 'open' }],
      },
      {
        name: 'does not speak of a pause that is less than half of the time',
        trace: 'start txn run(a) wait(1s) begin(b) wait(5s) tick',
        findings: [{ messageId: 'busy', data: { seconds: 6 } }],
      },
      {
        name: 'fires at the end of a session with an open transaction',
        trace: 'start txn run(a find shop.stock) wait(6s) end',
        findings: [
          {
            messageId: 'open',
            data: { seconds: 6, pause: 6, after: 'find on shop.stock', before: 'the end of the session' },
          },
        ],
      },
      {
        name: 'names the longest pause, and not the first',
        trace: 'start txn run(a find x.a) wait(1s) run(b find x.b) wait(5s) tick',
        findings: [
          {
            messageId: 'open',
            data: { seconds: 6, pause: 5, after: 'find on x.b', before: 'what comes next' },
          },
        ],
      },
      {
        name: 'counts from the first operation, also where a later one has waited for its turn',
        trace: 'start txn run(a) wait(3s) begin(b) wait(1s) sent(b) settle(b) wait(2s) tick',
        findings: [{ messageId: 'busy', data: { seconds: 6 } }],
      },
    ],
  },
  { describe, it },
);
