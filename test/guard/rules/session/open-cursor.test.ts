import { describe, it } from 'vitest';
import { openCursor } from '../../../../src/guard/rules/session/open-cursor.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  openCursor,
  {
    valid: [
      'start run(a find shop.users) end',
      {
        name: 'is silent about a cursor that was read to its end',
        trace: 'start run(a find shop.users) open(a) run(b getMore shop.users) close(a) end',
      },
      {
        name: 'is silent about a cursor that was closed inside the transaction',
        trace: 'start txn run(a find shop.users) open(a) run(k killCursors shop.users) close(a) commit end',
      },
      {
        name: 'is silent about a cursor that was opened before a transaction and is read on after it',
        trace:
          'start run(a find shop.users) open(a) txn run(b) commit run(c getMore shop.users) txn run(d) abort run(e getMore shop.users) close(a) end',
      },
      {
        name: 'is silent about a cursor that is being read: that operation was not awaited',
        trace: 'start run(a find shop.users) open(a) begin(b getMore shop.users) end settle(b)',
      },
      {
        name: 'is silent about a cursor of another session',
        trace: 'start s2:start s2:run(a find shop.users) s2:open(a) run(b) end s2:close(a) s2:end',
      },
      {
        name: 'is silent about a cursor that was rewound and read to its end',
        trace:
          'start run(a find shop.users) open(a) close(a) run(b find shop.users) open(b) run(c getMore shop.users) close(b) end',
      },
    ],
    invalid: [
      {
        name: 'says of a change stream that it was not closed',
        trace: 'start run(a aggregate shop.users) open(a change-stream) end',
        findings: [
          {
            messageId: 'tail',
            data: { what: 'change stream on shop.users' },
            site: 'run(a aggregate shop.users)',
          },
        ],
      },
      {
        name: 'says of a tailable cursor that it was not closed',
        trace: 'start run(a find shop.log) open(a tailable) end',
        findings: [{ messageId: 'tail', data: { what: 'tailable cursor on shop.log' } }],
      },
      {
        name: 'fires when the session ends',
        trace: 'start run(a find shop.users) open(a) end',
        findings: [
          {
            messageId: 'session',
            data: { operation: 'find on shop.users' },
            site: 'run(a find shop.users)',
            startedAt: 'start',
            endedAt: 'end',
          },
        ],
      },
      {
        name: 'fires when the transaction that it was opened in is committed, and not again at the end',
        trace: 'start txn run(a find shop.users) open(a) commit end',
        findings: [{ messageId: 'transaction', site: 'run(a find shop.users)', endedAt: 'commit' }],
      },
      {
        name: 'fires when the transaction that it was opened in is aborted',
        trace: 'start txn run(a aggregate shop.users) open(a) abort end',
        findings: [{ messageId: 'transaction', endedAt: 'abort' }],
      },
      {
        name: "fires at a runner's commit",
        trace: 'start runner txn run(a find shop.users) open(a) callback-returns commit runner-done end',
        findings: [{ messageId: 'transaction', site: 'run(a find shop.users)', endedAt: 'runner' }],
      },
      {
        name: 'fires for each of several cursors',
        trace: 'start run(a find shop.users) open(a) run(b find shop.orders) open(b) end',
        findings: [
          { messageId: 'session', data: { operation: 'find on shop.users' } },
          { messageId: 'session', data: { operation: 'find on shop.orders' } },
        ],
      },
      {
        name: 'fires at the end of the session only, for one that was opened before a transaction',
        trace: 'start run(a find shop.users) open(a) txn run(b) commit end',
        findings: [{ messageId: 'session' }],
      },
      {
        name: 'fires on the cursor that is not read while another is',
        trace:
          'start run(a find shop.users) open(a) run(b find shop.orders) open(b) begin(c getMore shop.orders) end',
        findings: [{ messageId: 'session', data: { operation: 'find on shop.users' } }],
      },
      {
        name: 'fires on a stream that is left open with its own read-ahead in flight, of which no other rule speaks',
        trace: 'start run(a find shop.users) open(a) begin(b getMore shop.users quiet) end settle(b)',
        findings: [{ messageId: 'session', site: 'run(a find shop.users)' }],
      },
    ],
  },
  { describe, it },
);
