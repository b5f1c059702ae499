import { describe, it } from 'vitest';
import { wrongClient } from '../../../../src/guard/rules/client/wrong-client.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  wrongClient,
  {
    valid: [
      'start run(a) end',
      {
        name: 'is silent when each client has its own session',
        trace: 'start s2:start(client=2) run(a) s2:run(b) end s2:end',
      },
      {
        name: 'is silent about an ended session, of which use-after-end speaks',
        trace: 'start end begin(a foreign)',
      },
    ],
    invalid: [
      {
        name: "fires on an operation of another client's collection",
        trace: 'start begin(a insert shop.orders foreign) fail(a client) end',
        findings: [
          {
            messageId: 'foreign',
            data: { operation: 'insert on shop.orders' },
            site: 'begin(a insert shop.orders foreign)',
            startedAt: 'start',
          },
        ],
      },
      {
        name: 'fires inside a transaction',
        trace: 'start txn begin(a find shop.users foreign) fail(a client) abort end',
        findings: [{ messageId: 'foreign' }],
      },
    ],
  },
  { describe, it },
);
