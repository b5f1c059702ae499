import { describe, it } from 'vitest';
import { parallelWrites } from '../../../../src/guard/rules/transaction/parallel-writes.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  parallelWrites,
  {
    valid: [
      {
        name: 'is silent about one write after the other',
        trace: 'start begin(a retryable) settle(a) begin(b retryable) settle(b) end',
      },
      {
        name: 'is silent about writes that are not sent again',
        trace: 'start begin(a) begin(b) settle(a) settle(b) end',
      },
      {
        name: 'is silent about a write beside reads',
        trace: 'start begin(a retryable) begin(b find shop.users) settle(a) settle(b) end',
      },
      {
        name: 'is silent about two sessions',
        trace: 'start s2:start begin(a retryable) s2:begin(b retryable) settle(a) s2:settle(b) end s2:end',
      },
    ],
    invalid: [
      {
        name: 'fires on the second of two writes at once',
        trace:
          'start begin(a insert shop.orders retryable) begin(b update shop.stock retryable) settle(a) settle(b) end',
        findings: [
          {
            messageId: 'parallel',
            data: { operation: 'update on shop.stock', other: 'insert on shop.orders' },
            site: 'begin(b update shop.stock retryable)',
            startedAt: 'start',
          },
        ],
      },
    ],
  },
  { describe, it },
);
