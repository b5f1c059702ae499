import { describe, it } from 'vitest';
import { clientClosedInUse } from '../../../../src/guard/rules/client/client-closed-in-use.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  clientClosedInUse,
  {
    valid: [
      'start run(a) end close-client',
      { name: 'is silent about idle sessions', trace: 'start run(a) s2:start close-client' },
      {
        name: 'is silent about work of another client',
        trace: 'start(client=2) begin(a) close-client settle(a) end',
      },
      {
        name: 'is silent about a change stream that waits for its next event',
        trace: 'start run(a aggregate shop.users) open(a) begin(b getMore shop.users kind=tail) close-client',
      },
      {
        name: 'is silent when all work was done within the grace',
        trace: 'closing-client closed-client(after=3s)',
      },
    ],
    invalid: [
      {
        name: 'fires on operations in flight',
        trace: 'start begin(a insert shop.orders) close-client',
        findings: [
          { messageId: 'operations', data: { work: 'insert on shop.orders' }, site: 'close-client' },
        ],
      },
      {
        name: 'fires on operations of implicit sessions',
        trace: 'close-client(implicit=2)',
        findings: [{ messageId: 'operations', data: { work: '2 operations' } }],
      },
      {
        name: 'fires on a running callback that has nothing in flight, and will need the client again',
        trace:
          'start runner txn run(a) closing-client(callbacks=1) callback-returns commit runner-done end closed-client',
        findings: [{ messageId: 'operations', data: { work: 'a running callback' } }],
      },
      {
        name: 'names three of many',
        trace:
          'start begin(a insert shop.a) begin(b insert shop.b) begin(c insert shop.c) begin(d insert shop.d) close-client(implicit=1)',
        findings: [
          {
            messageId: 'operations',
            data: { work: 'insert on shop.a, insert on shop.b, insert on shop.c and 2 more' },
          },
        ],
      },
      {
        name: 'fires on a close from inside a callback, whatever is in flight',
        trace: 'start runner txn begin(a) closing-client(callbacks=0 from-inside) settle(a) closed-client',
        findings: [{ messageId: 'inside', site: 'closing-client(callbacks=0 from-inside)' }],
      },
      {
        name: 'fires again when work is cut off',
        trace: 'start begin(a) closing-client wait(10s) closed-client(cut-off after=10s)',
        findings: [
          { messageId: 'operations' },
          { messageId: 'cutOff', data: { afterMS: 10_000, work: 'insert on shop.orders' } },
        ],
      },
    ],
  },
  { describe, it },
);
