import { describe, it } from 'vitest';
import { useAfterEnd } from '../../../../src/guard/rules/session/use-after-end.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  useAfterEnd,
  {
    valid: [
      'start run(a) end',
      {
        name: 'is silent while a session serves several transactions in sequence before its end',
        trace: 'start txn run(a) commit txn run(b) abort txn run(c) commit end',
      },
      { name: 'is silent when endSession is called twice', trace: 'start run(a) ending ending ended ended' },
      {
        name: 'is silent about an operation that was begun before the end and settles after it',
        trace: 'start begin(a) end settle(a)',
      },
      {
        name: 'is silent about an operation that is begun while the end still waits for others',
        trace: 'start begin(a) ending begin(b find shop.users) settle(a) settle(b) ended',
      },
      {
        name: 'is silent about the driver killing a cursor of an ended session',
        trace: 'start run(a find shop.users) open(a) end run(b killCursors shop.users)',
      },
      {
        name: 'is silent when another session is used after the end of the first',
        trace: 'start end s2:start s2:run(a) s2:end',
      },

      {
        name: 'is silent about the attempts of a retried transaction',
        trace:
          'start runner txn run(a) callback-returns commit-fail(112) txn run(b) callback-returns commit runner-done end',
      },
    ],
    invalid: [
      {
        name: 'fires on an operation, and names where the session was started and ended',
        trace: 'start run(a) end begin(b insert shop.orders) fail(b client)',
        findings: [
          {
            messageId: 'operation',
            data: { operation: 'insert on shop.orders' },
            site: 'begin(b insert shop.orders)',
            startedAt: 'start',
            endedAt: 'end',
          },
        ],
      },
      {
        name: 'fires on each operation after the end, also where a runner ended the session',
        trace: 'start(runner) end(runner) begin(a) begin(b find shop.users)',
        findings: [
          { messageId: 'operation', site: 'begin(a)' },
          { messageId: 'operation', site: 'begin(b find shop.users)', endedAt: 'start(runner)' },
        ],
      },
      {
        name: 'fires on the next fetch of a cursor',
        trace: 'start run(a find shop.users) open(a) end begin(b getMore shop.users)',
        findings: [{ messageId: 'operation', data: { operation: 'getMore on shop.users' } }],
      },
      {
        name: 'fires once on a bulk write, and not on its batches',
        trace: 'start end begin(a bulkWrite shop.orders) begin(b insert shop.orders kind=batch)',
        findings: [{ messageId: 'operation', data: { operation: 'bulkWrite on shop.orders' } }],
      },
      {
        name: 'fires on startTransaction, which the driver lets pass',
        trace: 'start end txn',
        findings: [{ messageId: 'transaction', site: 'txn', startedAt: 'start', endedAt: 'end' }],
      },
      {
        name: 'fires on an operation that an attempt begins after it is over',
        trace: 'start runner txn run(a) callback-returns commit runner-done begin(b attempt-over)',
        findings: [{ messageId: 'attempt', site: 'begin(b attempt-over)', endedAt: undefined }],
      },
      {
        name: 'says that the session has ended where the attempt is over too',
        trace: 'start runner txn callback-returns commit runner-done end begin(b attempt-over)',
        findings: [{ messageId: 'operation' }],
      },
      {
        name: 'fires without a place where none was captured',
        trace: 'start@none end@none begin(a)@none',
        findings: [{ messageId: 'operation', site: undefined, startedAt: undefined, endedAt: undefined }],
      },
    ],
  },
  { describe, it },
);
