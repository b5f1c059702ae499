import { describe, it } from 'vitest';
import { configPoolSize } from '../../../../src/guard/rules/config/config-pool-size.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configPoolSize,
  {
    valid: [
      {
        name: 'is silent about a small pool that nobody waits for',
        trace: 'connect(maxPoolSize=1) use(operation)',
      },
      { name: 'is silent about a pool of 5', trace: 'connect(maxPoolSize=5) pool-waited(700ms others=5)' },
      { name: 'is silent about a pool without a limit', trace: 'connect(maxPoolSize=0 minPoolSize=10)' },
    ],
    invalid: [
      {
        name: 'fires when an operation has to wait for one of few connections',
        trace: 'connect(maxPoolSize=2) pool-waited(1ms others=2) pool-waited(1ms others=2)',
        findings: [{ messageId: 'small', data: { maxPoolSize: 2 }, site: 'connect(maxPoolSize=2)' }],
      },
      {
        name: 'fires when the least is more than the most',
        trace: 'connecting(maxPoolSize=5 minPoolSize=6)',
        findings: [{ messageId: 'reversed', data: { minPoolSize: 6, maxPoolSize: 5 } }],
      },
      {
        name: 'takes `minConnections` for few',
        trace: 'connect(maxPoolSize=9) pool-waited(1ms others=9)',
        options: { minConnections: 10 },
        findings: [{ messageId: 'small' }],
      },
    ],
  },
  { describe, it },
);
