import { describe, it } from 'vitest';
import { staleSession } from '../../../../src/guard/rules/session/stale-session.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  staleSession,
  {
    valid: [
      'start run(a) wait(1700s) run(b) end',
      {
        name: 'is silent about a session that is used again and again',
        trace: 'start run(a) wait(1500s) run(b) wait(1500s) run(c) end',
      },
      {
        name: 'is silent about a session that is only ended late',
        trace: 'start run(a) wait(7200s) end',
      },
      {
        name: 'is silent while a long operation keeps the session in use',
        trace: 'start begin(a aggregate shop.orders) wait(3600s) begin(b) settle(b) settle(a) end',
      },
      {
        name: 'is silent about a session that has ended: that is use-after-end',
        trace: 'start run(a) end wait(3600s) run(b)',
      },
      {
        name: "asks for the server's own time-out",
        trace: 'connecting connected(session-minutes=60) start run(a) wait(3000s) run(b) end',
      },
    ],
    invalid: [
      {
        name: 'fires once on an operation after more than 29 idle minutes',
        trace: 'start run(a) wait(1800s) run(b find shop.users) run(c) end',
        findings: [
          {
            messageId: 'used',
            data: { use: 'find on shop.users', minutes: 30, limit: 30 },
            site: 'run(b find shop.users)',
            startedAt: 'start',
          },
        ],
      },
      {
        name: 'fires on a transaction that is started after that time',
        trace: 'start run(a) wait(1800s) txn run(b) commit end',
        findings: [
          { messageId: 'used', data: { use: 'startTransaction', minutes: 30, limit: 30 }, site: 'txn' },
        ],
      },
      {
        name: 'fires on a session that was started long before its first use',
        trace: 'start wait(3600s) run(a) end',
        findings: [{ messageId: 'used', data: { use: 'insert on shop.orders', minutes: 60, limit: 30 } }],
      },
      {
        name: "asks for the server's own time-out, however short",
        trace: 'connecting connected(session-minutes=10) start run(a) wait(600s) run(b) end',
        findings: [{ messageId: 'used', data: { use: 'insert on shop.orders', minutes: 10, limit: 10 } }],
      },
    ],
  },
  { describe, it },
);
