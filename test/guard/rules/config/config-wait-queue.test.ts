import { describe, it } from 'vitest';
import { configWaitQueue } from '../../../../src/guard/rules/config/config-wait-queue.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  configWaitQueue,
  {
    valid: [
      {
        name: 'is silent about a small pool with a limit',
        trace: 'connect(maxPoolSize=2 waitQueueTimeoutMS=1000) pool-waited(700ms others=2)',
      },
      {
        name: 'is silent about a small pool that nobody waits for',
        trace: 'connect(maxPoolSize=1) use(operation)',
      },
      { name: 'is silent about a larger pool', trace: 'connect(maxPoolSize=5) pool-waited(700ms others=5)' },
    ],
    invalid: [
      {
        name: 'fires when an operation has to wait without a limit',
        trace: 'connect(maxPoolSize=2) pool-waited(1ms others=2)',
        findings: [{ messageId: 'endless', data: { maxPoolSize: 2 }, site: 'connect(maxPoolSize=2)' }],
      },
    ],
  },
  { describe, it },
);
