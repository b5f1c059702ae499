import { describe, it } from 'vitest';
import { commitForgotten } from '../../../../src/guard/rules/transaction/commit-forgotten.ts';
import { testRule } from '../../../../src/testing/index.ts';

const dropped = (session: string) => `${session}:start ${session}:txn@line ${session}:run(a) ${session}:end`;
const committed = (session: string) =>
  `${session}:start ${session}:txn@line ${session}:run(a) ${session}:commit ${session}:end`;

testRule(
  commitForgotten,
  {
    valid: [
      'start txn run(a) commit end close-client',
      {
        name: 'is silent while the client is open and less than three were dropped',
        trace: `${dropped('s1')} ${dropped('s2')}`,
      },
      {
        name: 'is silent when a transaction of the line was committed before',
        trace: `${committed('s1')} ${dropped('s2')} close-client`,
      },
      {
        name: 'is silent when a transaction of the line is committed later, on another way through the code',
        trace: `${dropped('s1')} ${dropped('s2')} ${committed('s3')} ${dropped('s4')} ${dropped('s5')} close-client`,
      },
      {
        name: 'is silent when a transaction of the line was committed on another client',
        trace: `s1:start(client=2) s1:txn@line s1:run(a) s1:commit s1:end ${dropped('s2')} close-client`,
      },
      {
        name: 'is silent when a commit of the line was tried and failed',
        trace: `s1:start s1:txn@line s1:run(a) s1:commit-fail(112) s1:end ${dropped('s2')} close-client`,
      },
      {
        name: 'is silent when a commit is under way at the end',
        trace: 'start txn run(a) committing ending committed ended close-client',
      },
      {
        name: 'is silent when no write was made',
        trace: 'start txn run(a find shop.users) end close-client',
      },
      { name: 'is silent when nothing was sent', trace: 'start txn end close-client' },
      {
        name: 'is silent when an operation failed',
        trace: 'start txn run(a) begin(b) fail(b 11000) end close-client',
      },
      {
        name: 'is silent when the transaction was aborted',
        trace: 'start txn run(a) abort end close-client',
      },
      {
        name: 'is silent when the program was refused a second transaction, and got an error',
        trace: 'start txn run(a) txn(refused) end close-client',
      },
      {
        name: 'is silent while an operation is in flight: it may fail',
        trace: 'start txn run(a) begin(b) end settle(b) close-client',
      },
      {
        name: "is silent about a transaction runner's own",
        trace: 'start runner txn run(a) end close-client',
      },
      {
        name: 'is silent where no line is known',
        trace: 'start txn@none run(a) end close-client',
      },
      {
        name: 'is silent about a write of the transaction before that is answered late',
        trace: 'start txn begin(a) abort txn run(b find shop.users) settle(a) end close-client',
      },
    ],
    invalid: [
      {
        name: 'fires when the client closes',
        trace: 'start txn run(a) end close-client',
        findings: [
          { messageId: 'one', data: { count: 1, written: 'shop.orders' }, site: 'txn', endedAt: 'end' },
        ],
      },
      {
        name: 'fires at the third of one line',
        trace: `${dropped('s1')} ${dropped('s2')} ${dropped('s3')}`,
        findings: [{ messageId: 'several', data: { count: 3, written: 'shop.orders' }, site: '@line' }],
      },
      {
        name: 'fires once for one line',
        trace: `${dropped('s1')} ${dropped('s2')} ${dropped('s3')} ${dropped('s4')} close-client`,
        findings: [{ messageId: 'several' }],
      },
      {
        name: 'fires when the client ends the session',
        trace: 'start txn run(a) close-client',
        findings: [{ messageId: 'one', site: 'txn', endedAt: 'close-client' }],
      },
      {
        name: 'fires when failures are aborted, and success is forgotten',
        trace: `s1:start s1:txn@line s1:begin(a) s1:fail(a 11000) s1:abort s1:end ${dropped('s2')} close-client`,
        findings: [{ messageId: 'one', site: '@line' }],
      },
      {
        name: 'fires when a transaction of another line is committed',
        trace: 'start txn run(a) commit end s2:start s2:txn s2:run(a) s2:end close-client',
        findings: [{ messageId: 'one', site: 's2:txn' }],
      },
      {
        name: 'fires on a bulk write',
        trace:
          'start txn begin(a bulkWrite shop.orders) run(b insert shop.orders kind=batch) settle(a) end close-client',
        findings: [{ messageId: 'one' }],
      },
      {
        name: 'fires at the number of transactions that is set',
        trace: dropped('s1'),
        options: { transactions: 1 },
        findings: [{ messageId: 'one' }],
      },
      {
        name: 'fires once when the client is closed after the third',
        trace: `${dropped('s1')} ${dropped('s2')} ${dropped('s3')} close-client`,
        findings: [{ messageId: 'several' }],
      },
      {
        name: 'names three collections at most',
        trace:
          'start txn run(a insert x.a) run(b insert x.b) run(c insert x.c) run(d insert x.d) end close-client',
        findings: [{ messageId: 'one', data: { count: 1, written: 'x.a, x.b, x.c' } }],
      },
    ],
  },
  { describe, it },
);
