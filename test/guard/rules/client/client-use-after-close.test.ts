import { describe, it } from 'vitest';
import { clientUseAfterClose } from '../../../../src/guard/rules/client/client-use-after-close.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  clientUseAfterClose,
  {
    valid: [
      'start run(a) end close-client',
      { name: 'is silent about a client that was connected again', trace: 'close-client start run(a) end' },
      {
        name: 'is silent about another client',
        trace: 'close-client start(client=2) run(a) end',
      },
    ],
    invalid: [
      {
        name: 'fires on an operation, and names where the client was closed',
        trace: 'close-client use-after-close(insert shop.orders)',
        findings: [
          {
            messageId: 'used',
            data: { operation: 'insert on shop.orders' },
            site: 'use-after-close(insert shop.orders)',
            endedAt: 'close-client',
          },
        ],
      },
      {
        name: 'names the close of the right client',
        trace: 'close-client(client=2)@second close-client@first use-after-close(find shop.users client=2)',
        findings: [{ messageId: 'used', endedAt: '@second' }],
      },
    ],
  },
  { describe, it },
);
