import { describe, it } from 'vitest';
import { configSocketTimeout } from '../../../../src/guard/rules/config/config-socket-timeout.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configSocketTimeout,
  {
    valid: [
      'connect use(query)',
      'connect(socketTimeoutMS=30000) use(query)',
      {
        name: 'is silent about a client that is asked no queries',
        trace: 'connect(socketTimeoutMS=300) use(operation) use(write)',
      },
    ],
    invalid: [
      {
        name: 'fires at the first query, and names the line that made the client',
        trace: 'connect(socketTimeoutMS=300) use(query) use(query)',
        findings: [
          {
            messageId: 'short',
            data: { socketTimeoutMS: 300 },
            site: 'connect(socketTimeoutMS=300)',
            nearby: 'use(query)',
          },
        ],
      },
      {
        name: 'fires below `minMS`',
        trace: 'connect(socketTimeoutMS=45000) use(query)',
        options: { minMS: 60_000 },
        findings: [{ messageId: 'short' }],
      },
    ],
  },
  { describe, it },
);
