import { describe, it } from 'vitest';
import { poolExhausted } from '../../../../src/guard/rules/client/pool-exhausted.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  poolExhausted,
  {
    valid: [
      {
        name: 'is silent about a short wait',
        trace: 'connect(maxPoolSize=2) pool-waited(499ms others=2)',
      },
      {
        name: 'is silent about waits below `waitMS`',
        trace: 'connect pool-waited(900ms others=100)',
        options: { waitMS: 1000 },
      },
    ],
    invalid: [
      {
        name: 'names change streams that hold connections',
        trace: 'connect(maxPoolSize=3) pool-waited(700ms streams=3)@slow',
        findings: [
          {
            messageId: 'waited',
            data: { waitedMS: 700, size: 3, holders: '3 × change stream on shop.orders' },
          },
        ],
      },
      {
        name: 'fires on a long wait, at the place of the one that waited',
        trace: 'connect(maxPoolSize=2) pool-waited(700ms others=2)',
        findings: [
          {
            messageId: 'waited',
            data: { waitedMS: 700, size: 2, holders: '2 operations that cannot be named' },
            site: 'pool-waited(700ms others=2)',
          },
        ],
      },
      {
        name: 'fires on a short one that timed out',
        trace: 'connect(maxPoolSize=1) pool-waited(20ms timed-out others=1)',
        findings: [
          {
            messageId: 'timedOut',
            data: { waitedMS: 20, size: 1, holders: '1 operation that cannot be named' },
          },
        ],
      },
      {
        name: 'says which operations of sessions hold the connections, and where they were begun',
        trace: `connect start txn@none begin(a find shop.orders)@C:/app/report.js begin(b update shop.users)@none
          pool-waited(700ms others=3)@none`,
        findings: [
          {
            messageId: 'waited',
            data: {
              waitedMS: 700,
              size: 100,
              holders:
                'find on shop.orders in a transaction (at C:/app/report.js:1:1), update on shop.users in a transaction, 3 operations that cannot be named',
            },
            site: undefined,
            nearby: '@C:/app/report.js',
          },
        ],
      },
      {
        name: 'names three kinds of holders, each once, and counts the rest',
        trace: `connect start begin(a find shop.a)@none begin(b find shop.a)@none begin(c find shop.b)@none
          begin(d find shop.c)@none begin(e find shop.d)@none pool-waited(1s others=1)`,
        findings: [
          {
            messageId: 'waited',
            data: {
              waitedMS: 1000,
              size: 100,
              holders: '2 × find on shop.a, find on shop.b, find on shop.c, 2 operations more',
            },
          },
        ],
      },
      {
        name: 'shows where the client was made if nothing else has a place',
        trace: 'connect pool-waited(700ms others=1)@none',
        findings: [{ messageId: 'waited', site: undefined, nearby: 'connect' }],
      },
    ],
  },
  { describe, it },
);
