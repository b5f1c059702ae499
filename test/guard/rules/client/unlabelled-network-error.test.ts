import { describe, it } from 'vitest';
import { unlabelledNetworkError } from '../../../../src/guard/rules/client/unlabelled-network-error.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  unlabelledNetworkError,
  {
    valid: [
      'connect start run(a) end',
      {
        name: 'is silent where the label was added',
        trace: 'connect unlabelled(transaction added) unlabelled(write added)',
      },
    ],
    invalid: [
      {
        name: 'fires on the first such error of a transaction, once in the process',
        trace:
          'connect unlabelled(transaction) unlabelled(transaction) unlabelled(write) connect(client=2) unlabelled(write client=2)',
        findings: [{ messageId: 'missing', data: { label: 'TransientTransactionError' } }],
      },
      {
        name: 'fires on a retryable write',
        trace: 'connect unlabelled(write)',
        findings: [{ messageId: 'missing', data: { label: 'RetryableWriteError' } }],
      },
      {
        name: 'names the place of the client',
        trace: 'connect@first connect(client=2)@second unlabelled(write client=2)',
        findings: [{ messageId: 'missing', nearby: '@second' }],
      },
    ],
  },
  { describe, it },
);
