import { describe, it } from 'vitest';
import { configWriteConcern } from '../../../../src/guard/rules/config/config-write-concern.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configWriteConcern,
  {
    valid: [
      'start txn run(a) commit end',
      'start run(a) end',
      { name: 'is silent about two members', trace: 'start txn(w=2) run(a) commit end' },
      { name: 'leaves a standalone server to its own rule', trace: 'start txn(w=1 standalone) end' },
    ],
    invalid: [
      {
        name: 'fires on a write of write concern 0 with a session',
        trace: 'start begin(a insert shop.orders unacknowledged) fail(a client) end',
        findings: [
          {
            messageId: 'unacknowledged',
            data: { operation: 'insert on shop.orders' },
            site: 'begin(a insert shop.orders unacknowledged)',
            startedAt: 'start',
          },
        ],
      },
      {
        name: 'fires on a transaction under write concern 0',
        trace: 'start txn(w=0 refused) end',
        findings: [{ messageId: 'unacknowledgedTransaction', site: 'txn(w=0 refused)', startedAt: 'start' }],
      },
      {
        name: 'fires on a transaction under write concern 1, and once',
        trace: 'start txn(w=1) run(a) commit txn(w=1) run(b) commit end',
        findings: [{ messageId: 'oneMember', site: 'txn(w=1)' }],
      },
    ],
  },
  { describe, it },
);
