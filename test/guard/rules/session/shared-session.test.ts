import { describe, it } from 'vitest';
import { sharedSession } from '../../../../src/guard/rules/session/shared-session.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  sharedSession,
  {
    valid: [
      {
        name: 'is silent about transactions of one scope after the other',
        trace: 'start txn(scope=1) run(a scope=1) commit txn(scope=2) run(b scope=2) commit end',
      },
      {
        name: 'is silent without scopes',
        trace: 'start txn begin(a) begin(b) settle(a) settle(b) commit end',
      },
      {
        name: 'is silent within one scope',
        trace: 'start txn(scope=1) begin(a scope=1) settle(a) commit end',
      },
      {
        name: 'is silent about one scope after the other',
        trace: 'start begin(a scope=1) settle(a) begin(b scope=2) settle(b) end',
      },
      {
        name: 'leaves the transaction of a scope that is over to session-outlives-scope',
        trace: 'start(scope=1) txn(scope=1) run(a scope=1) leave(scope=1) run(b scope=2) abort end',
      },
      {
        name: 'is silent where only one side has a scope',
        trace: 'start txn begin(a scope=2) settle(a) commit end',
      },
      {
        name: 'is silent about a scope inside of the one that uses the session, in either order',
        trace:
          'start begin(a scope=1) begin(b scope=2 within=1) begin(c scope=1) settle(a) settle(b) settle(c) end',
      },
      {
        name: 'is silent beside an operation that nobody can await',
        trace: 'start begin(a getMore shop.users quiet scope=1) begin(b scope=2) settle(b) settle(a) end',
      },
      {
        name: 'is silent about a session that has ended: use-after-end speaks',
        trace: 'start begin(a scope=1) end begin(b scope=2) settle(a) fail(b client)',
      },
    ],
    invalid: [
      {
        name: "fires on a transaction that is started while another scope's runs",
        trace: 'start txn(scope=1) run(a scope=1) txn(scope=2) commit end',
        findings: [{ messageId: 'second', site: 'txn(scope=2)', startedAt: 'start' }],
      },
      {
        name: "fires on a transaction that is started while another scope's is being committed",
        trace: 'start txn(scope=1) run(a scope=1) committing txn(scope=2) committed end',
        findings: [{ messageId: 'second' }],
      },
      {
        name: "fires on a transaction that is started while another scope's operation is in flight",
        trace: 'start begin(a find shop.users scope=1) txn(scope=2) settle(a) commit end',
        findings: [{ messageId: 'start', data: { other: 'find on shop.users' }, site: 'txn(scope=2)' }],
      },
      {
        name: "fires on an operation in another scope's transaction",
        trace: 'start txn(scope=1) begin(a insert shop.orders scope=2) settle(a) abort end',
        findings: [{ messageId: 'transaction', data: { operation: 'insert on shop.orders' } }],
      },
      {
        name: 'fires on operations of two scopes at once',
        trace:
          'start begin(a find shop.users scope=1) begin(b insert shop.orders scope=2) settle(a) settle(b) end',
        findings: [
          {
            messageId: 'operation',
            data: { operation: 'insert on shop.orders', other: 'find on shop.users' },
          },
        ],
      },
      {
        name: 'names the operation and where the session was started',
        trace: 'start@start begin(a scope=1) begin(b scope=2)@second settle(a) settle(b) end',
        findings: [{ messageId: 'operation', site: '@second', startedAt: '@start' }],
      },
    ],
  },
  { describe, it },
);
