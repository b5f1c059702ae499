import { describe, it } from 'vitest';
import { unretriedTransaction } from '../../../../src/guard/rules/transaction/unretried-transaction.ts';
import { testRule } from '../../../../src/testing/index.ts';

/** An attempt that meets a write conflict, on a session of its own. */
const conflict = (session: string, line = 'line') =>
  `${session}:start ${session}:txn@${line} ${session}:begin(a update shop.stock)@update ${session}:fail(a 112) ${session}:abort ${session}:end`;
const success = (session: string, line = 'line') =>
  `${session}:start ${session}:txn@${line} ${session}:run(a) ${session}:commit ${session}:end`;

testRule(
  unretriedTransaction,
  {
    valid: [
      'start txn run(a) commit end close-client',
      {
        name: 'is silent when the same line starts it again on a new session, after a back-off of a few seconds',
        trace: `${conflict('s1')} wait(5s) ${success('s2')} close-client`,
      },
      {
        name: 'is silent when the same session starts it again',
        trace: 'start txn@line begin(a) fail(a 112) abort wait(2s) txn@line run(b) commit end close-client',
      },
      {
        name: 'is silent when the same session starts one at another line',
        trace: 'start txn begin(a) fail(a 112) abort txn run(b) commit end close-client',
      },
      {
        name: 'is silent when a transaction around it holds the document: nobody would get it at a second attempt',
        trace:
          's1:start s1:txn s1:run(a) s2:start s2:txn s2:begin(b) s2:conflict(b documents=1 holder=s1) s2:fail(b 112) s2:abort s2:end s1:commit s1:end close-client',
      },
      {
        name: 'is silent when the same line starts it again on another client',
        trace: `${conflict('s1')} s2:start(client=2) s2:txn@line s2:run(a) s2:commit s2:end close-client`,
      },
      {
        name: 'is silent about a loop that comes to the end of its attempts',
        trace: `${conflict('s1')} ${conflict('s2')} ${conflict('s3')} wait(60s) s4:start tick close-client`,
      },
      {
        name: 'is silent about loops beside each other that come to the end of their attempts',
        trace: [
          's1:start s2:start s1:txn@line s2:txn@line s1:begin(a) s2:begin(a) s1:fail(a 112) s2:fail(a 112)',
          's1:abort s2:abort s1:txn@line s2:txn@line s1:begin(b) s2:begin(b) s1:fail(b 112) s2:fail(b 112)',
          's1:abort s2:abort s1:end s2:end close-client',
        ].join(' '),
      },
      {
        name: 'is silent while a second attempt may still come',
        trace: `${conflict('s1')} wait(20s) s2:start tick`,
      },
      {
        name: 'is silent when a commit fails and the transaction is run again',
        trace: 'start txn@line run(a) commit-fail(112) txn@line run(b) commit end close-client',
      },
      {
        name: 'is silent when only the outcome of a commit is unknown',
        trace:
          'start txn run(a) commit-fail(91 label=UnknownTransactionCommitResult) commit end close-client',
      },
      {
        name: 'is silent about an error that is not transient',
        trace: 'start txn begin(a) fail(a 11000) abort end close-client',
      },
      {
        name: 'is silent when a swallowed error is the cause',
        trace: 'start txn begin(a) fail(a 11000) commit-fail(251) end close-client',
      },
      {
        name: 'is silent when the server has given up a transaction that took long',
        trace: 'start txn run(a) wait(70s) begin(b) fail(b 251) abort end close-client',
      },
      {
        name: 'is silent when the transient error did no harm',
        trace: 'start txn begin(a) fail(a 112) run(b) abort end close-client',
      },
      {
        name: 'is silent about operations that met each other in one transaction',
        trace:
          'start txn begin(a) begin(b) fail(b 117 label=TransientTransactionError) settle(a) abort end close-client',
      },
      {
        name: 'is silent about a transaction runner, which repeats by itself',
        trace:
          'start runner txn begin(a) fail(a 112) callback-rejects(a) abort runner-failed(112) end close-client',
      },
      {
        name: 'is silent when the client is closed during the pause of a loop, whose session is open',
        trace: 'start txn begin(a) fail(a 112) abort wait(1s) close-client',
      },
      {
        name: 'is silent about what fails since the client is being closed',
        trace:
          'start txn begin(a) closing-client fail(a name=MongoNetworkError label=TransientTransactionError) abort end closed-client',
      },
      {
        name: 'is silent where no line is known',
        trace: 'start txn@none begin(a) fail(a 112) abort end close-client',
      },
      {
        name: 'is silent while the clock of another client ticks, and when another client is closed',
        trace: `${conflict('s1')} wait(60s) tick(client=2) close-client(client=2) ${success('s2')} close-client`,
      },
      {
        name: 'is silent while a second attempt may still come, however long the process has run',
        trace: `s0:start(runner) wait(60s) ${conflict('s1')} wait(20s) tick ${success('s2')} wait(60s) tick close-client`,
      },
    ],
    invalid: [
      {
        name: 'fires when the client closes',
        trace: `${conflict('s1')} close-client`,
        findings: [
          {
            messageId: 'operation',
            data: { operation: 'update on shop.stock', error: 'WriteConflict' },
            site: '@line',
          },
        ],
      },
      {
        name: 'fires when the time for a second attempt is over',
        trace: `${conflict('s1')} wait(31s) s2:start tick tick`,
        findings: [{ messageId: 'operation', site: '@line' }],
      },
      {
        name: 'fires when the end of the session gives the transaction up',
        trace: 'start txn begin(a) fail(a 112) end close-client',
        findings: [{ messageId: 'operation', site: 'txn' }],
      },
      {
        name: 'fires when the commit is what failed',
        trace: 'start txn run(a) commit-fail(112) end close-client',
        findings: [
          {
            messageId: 'commit',
            data: { operation: 'the commit of what it does on shop.orders', error: 'WriteConflict' },
          },
        ],
      },
      {
        name: 'fires when the commit is sent again instead of the transaction',
        trace: 'start txn run(a) commit-fail(112) commit-fail(251) abort-fail(client) end close-client',
        findings: [{ messageId: 'commit' }],
      },
      {
        name: 'fires for each of several that were started before the first one failed',
        trace: [
          's1:start s2:start s3:start s1:txn@line s2:txn@line s3:txn@line s1:begin(a) s2:begin(a) s3:run(a)',
          's1:fail(a 112) s2:fail(a 112) s3:commit s1:abort s2:abort s1:end s2:end s3:end close-client',
        ].join(' '),
        findings: [{ messageId: 'operation' }, { messageId: 'operation' }],
      },
      {
        name: 'fires when another line starts a transaction',
        trace: `${conflict('s1')} ${success('s2', 'other')} close-client`,
        findings: [{ messageId: 'operation', site: '@line' }],
      },
      {
        name: 'fires when the same line starts one much later',
        trace: `${conflict('s1')} wait(31s) s2:start tick ${success('s3')} close-client`,
        findings: [{ messageId: 'operation', site: '@line' }],
      },
      {
        name: 'waits as long as is set',
        trace: `${conflict('s1')} wait(6s) s2:start tick`,
        options: { withinMS: 5000 },
        findings: [{ messageId: 'operation', site: '@line' }],
      },
      {
        name: 'fires on the line that was not tried again, beside one that was',
        trace: `${conflict('s1', 'one')} ${conflict('s2', 'two')} ${success('s3', 'one')} close-client`,
        findings: [{ messageId: 'operation', site: '@two' }],
      },
      {
        name: 'fires on the other transaction of a line, where the session of one starts one at another line',
        trace: `s1:start s1:txn@line s2:start s2:txn@line s1:begin(a) s2:begin(b) s1:fail(a 112) s2:fail(b 112) s1:abort s2:abort s2:end s1:txn@other s1:run(c) s1:commit s1:end close-client`,
        findings: [{ messageId: 'operation', site: '@line' }],
      },
      {
        name: 'fires once for each line, at its own time',
        trace: `${conflict('s1', 'one')} wait(20s) ${conflict('s2', 'two')} s3:start wait(15s) tick wait(20s) tick`,
        findings: [
          { messageId: 'operation', site: '@one' },
          { messageId: 'operation', site: '@two' },
        ],
      },
    ],
  },
  { describe, it },
);
