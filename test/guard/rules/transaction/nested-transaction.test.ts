import { describe, it } from 'vitest';
import { nestedTransaction } from '../../../../src/guard/rules/transaction/nested-transaction.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  nestedTransaction,
  {
    valid: [
      {
        name: 'is silent about a conflict with somebody else',
        trace: 'start txn begin(a update shop.stock) conflict(a documents=1) fail(a 112) abort end',
      },
      {
        name: "is silent where the other transaction is another request's: that is shared-session",
        trace: 'start txn(scope=1) run(a scope=1) txn(scope=2) commit end',
      },
      'start txn run(a) commit txn run(b) commit end',
      {
        name: 'is silent when an inner runner takes the session and joins',
        trace:
          'start runner txn run(a) begin(j withTxn) run(b) settle(j) callback-returns commit runner-done end',
      },
      {
        name: 'is silent about a transaction on another client',
        trace:
          'start s2:start(client=2) runner txn s2:runner s2:txn s2:run(a) s2:callback-returns s2:commit s2:runner-done callback-returns commit runner-done end s2:end',
      },
      {
        name: 'is silent about background work that the outer callback does not wait for',
        trace:
          'start s2:start runner txn s2:runner s2:txn s2:run(a) callback-returns commit runner-done end s2:callback-returns s2:commit s2:runner-done s2:end',
      },
      {
        name: 'is silent when an inner transaction is aborted: nothing of it stays',
        trace:
          'start s2:start runner txn s2:runner s2:txn s2:begin(a) s2:fail(a 11000) s2:callback-rejects(a) s2:abort s2:runner-failed(11000) callback-rejects(own) abort runner-failed(11000) end s2:end',
      },
      {
        name: 'is silent about a new transaction after a rejected commit',
        trace: 'start txn run(a) commit-fail(112) txn run(b) commit end',
      },
      {
        name: 'is silent about one conflict with the transaction around it, which is then ended',
        trace:
          'outer:start outer:txn outer:run(o update shop.stock) start txn begin(a update shop.stock) conflict(a documents=1 holder=outer) fail(a 112) abort outer:commit txn run(b update shop.stock) commit end outer:end',
      },
      {
        name: 'is silent about startTransaction on an ended session, of which another rule speaks',
        trace: 'start txn end txn',
      },
    ],
    invalid: [
      {
        name: 'fires once on a second conflict with the transaction around it, which still waits',
        trace:
          'outer:start outer:txn@outer outer:run(o update shop.stock) start txn begin(a update shop.stock) conflict(a documents=1 holder=outer) fail(a 112) abort txn begin(b update shop.stock) conflict(b documents=1 holder=outer) fail(b 112) abort txn begin(c update shop.stock) conflict(c documents=1 holder=outer) fail(c 112) abort end',
        findings: [
          {
            messageId: 'deadlock',
            data: { operation: 'update on shop.stock' },
            site: 'begin(b update shop.stock)',
            startedAt: '@outer',
            started: 'transaction',
          },
        ],
      },
      {
        name: 'fires when an inner runner commits while the outer callback waits for it',
        trace:
          'start runner@outer txn s2:start s2:runner@inner s2:txn s2:run(a) s2:callback-returns s2:commit(inside=s1) s2:runner-done s2:end callback-returns commit runner-done end',
        findings: [{ messageId: 'committed', site: '@inner', startedAt: '@outer' }],
      },
      {
        name: 'fires when startTransaction is called on a session in a transaction',
        trace: 'start txn@first run(a) txn@second commit end',
        findings: [{ messageId: 'started', site: '@second', startedAt: '@first' }],
      },
      {
        name: 'fires when startTransaction is called while the commit of the last one is in flight',
        trace: 'start txn@first run(a) committing@commit early-txn@second committed end',
        findings: [
          {
            messageId: 'overlapped',
            site: '@second',
            startedAt: '@first',
            endedAt: '@commit',
            data: { call: 'commitTransaction' },
          },
        ],
      },
      {
        name: 'fires when startTransaction is called while the abort of the last one is in flight',
        trace: 'start txn run(a) aborting early-txn aborted end',
        findings: [{ messageId: 'overlapped', site: 'early-txn', data: { call: 'abortTransaction' } }],
      },
      {
        name: 'fires when a runner is called on a session in a manual transaction',
        trace: 'start txn run(a) runner txn',
        findings: [{ messageId: 'started', site: 'runner', startedAt: 'txn' }],
      },
    ],
  },
  { describe, it },
);
