import { describe, it } from 'vitest';
import { sharedSession } from '../../src/rules/shared-session.ts';
import { testRule } from '../../src/testing/index.ts';

testRule(
  sharedSession,
  {
    valid: [
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
        name: 'is silent where only one side has a scope',
        trace: 'start txn begin(a scope=2) settle(a) commit end',
      },
    ],
    invalid: [
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
    ],
  },
  { describe, it },
);
