import { describe, it } from 'vitest';
import { configRetryWrites } from '../../../../src/guard/rules/config/config-retry-writes.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configRetryWrites,
  {
    valid: [
      'connect use(write)',
      {
        name: 'is silent about a client that only reads',
        trace: 'connect(no-retry-writes) use(operation) use(query)',
      },
    ],
    invalid: [
      {
        name: 'fires at the first write that could be sent again',
        trace: 'connect(no-retry-writes) use(write)',
        findings: [{ messageId: 'off', site: 'connect(no-retry-writes)', nearby: 'use(write)' }],
      },
    ],
  },
  { describe, it },
);
