import { describe, it } from 'vitest';
import { unawaitedOperation } from '../../../../src/guard/rules/session/unawaited-operation.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  unawaitedOperation,
  {
    valid: [
      'start begin(a) settle(a) end',
      'start txn run(a) run(b) commit end',
      {
        name: 'is silent when an operation has failed before the end',
        trace: 'start begin(a) fail(a 11000) end',
      },
      {
        name: 'is silent when endSession itself is not awaited, with nothing in flight',
        trace: 'start run(a) ending wait(5s) ended',
      },
      {
        name: 'is silent about background work that has a session of its own',
        trace: 'start s2:start s2:begin(b) run(a) end s2:settle(b) s2:end',
      },
      {
        name: 'is silent about killCursors',
        trace: 'start txn run(a find shop.users) begin(k killCursors shop.users) commit end settle(k)',
      },
      {
        name: "is silent about a stream's own read-ahead",
        trace: 'start run(a find shop.users) open(a) begin(b getMore shop.users quiet) end settle(b)',
      },
      {
        name: 'is silent about a change stream, which waits without end',
        trace: 'start run(a aggregate shop.users) open(a) begin(b getMore shop.users kind=tail) end',
      },
      {
        name: 'is silent about the runner in whose callback the transaction is aborted by hand',
        trace: 'start runner txn run(a) abort callback-returns runner-done end',
      },
      {
        name: 'is silent about a runner that commits and ends',
        trace: 'start runner txn run(a) callback-returns commit runner-done end',
      },
      {
        name: 'is silent when a closing client ends the session: that is the fault of close()',
        trace: 'start begin(a) end(close) settle(a)',
      },
      {
        name: 'is silent about operations begun while the end is waiting',
        trace: 'start ending begin(a) ending settle(a) ended',
      },
      {
        name: "is silent about a runner's own commit while a read outside of it is in flight",
        trace: 'start runner txn run(a) callback-returns committing committed runner-done end',
      },
    ],
    invalid: [
      {
        name: 'fires when a session is ended with an operation in flight',
        trace: 'start begin(a insert shop.orders) end settle(a)',
        findings: [
          {
            messageId: 'session',
            data: { operations: 'insert on shop.orders' },
            site: 'begin(a insert shop.orders)',
            startedAt: 'start',
            endedAt: 'end',
          },
        ],
      },
      {
        name: 'fires once for all that was left by forEach(async)',
        trace: 'start begin(a) begin(b) begin(c) begin(d) end',
        findings: [{ messageId: 'session', data: { operations: 'insert on shop.orders' }, site: 'begin(a)' }],
      },
      {
        name: 'names three kinds of operations of many',
        trace:
          'start begin(a insert shop.a) begin(b insert shop.b) begin(c insert shop.c) begin(d insert shop.d) begin(e insert shop.d) end',
        findings: [
          {
            messageId: 'session',
            data: { operations: 'insert on shop.a, insert on shop.b, insert on shop.c and 1 more' },
          },
        ],
      },
      {
        name: 'fires when a runner ends the session that it started, with an operation in flight',
        trace: 'start(runner) begin(a) end(runner) settle(a)',
        findings: [{ messageId: 'session', site: 'begin(a)', endedAt: 'start(runner)' }],
      },
      {
        name: 'fires when a transaction is committed with an operation in flight',
        trace: 'start txn run(a) begin(b update shop.orders) commit settle(b) end',
        findings: [{ messageId: 'commit', site: 'begin(b update shop.orders)', endedAt: 'commit' }],
      },
      {
        name: 'fires when a transaction is aborted with an operation in flight',
        trace: 'start txn begin(a) abort fail(a 251) end',
        findings: [{ messageId: 'abort', site: 'begin(a)', startedAt: 'start', endedAt: 'abort' }],
      },
      {
        name: "fires when a runner's callback returns, and not again at the commit or the end",
        trace: 'start runner txn begin(a) callback-returns commit runner-done end',
        findings: [{ messageId: 'callback', site: 'begin(a)', startedAt: 'start', endedAt: 'runner' }],
      },
      {
        name: 'fires when one of Promise.all rejects while others run',
        trace:
          'start runner txn begin(a) begin(b) fail(a 11000) callback-rejects(a) settle(b) abort runner-failed(11000)',
        findings: [{ messageId: 'callback', site: 'begin(b)' }],
      },
      {
        name: 'fires on a cursor that is being read',
        trace: 'start run(a find shop.users) open(a) begin(b getMore shop.users) end',
        findings: [{ messageId: 'session', data: { operations: 'getMore on shop.users' } }],
      },
      {
        name: 'fires on a bulk write, and not on the batch that it is sending',
        trace: 'start begin(a bulkWrite shop.orders) begin(b insert shop.orders kind=batch) end',
        findings: [{ messageId: 'session', data: { operations: 'bulkWrite on shop.orders' } }],
      },
      {
        name: 'fires on a commit that was not awaited',
        trace: 'start txn run(a) committing end committed',
        findings: [
          { messageId: 'session', data: { operations: 'commitTransaction' }, site: undefined, nearby: 'end' },
        ],
      },
      {
        name: 'fires on a runner that was not awaited',
        trace: 'start runner txn run(a) end(outside)',
        findings: [{ messageId: 'session', data: { operations: 'withTransaction' }, site: 'runner' }],
      },
      {
        name: 'fires on a joined withTxn that was not awaited',
        trace: 'start runner txn begin(j withTxn) run(a) callback-returns settle(j) commit runner-done end',
        findings: [{ messageId: 'callback', data: { operations: 'withTxn' }, site: 'begin(j withTxn)' }],
      },
      {
        name: 'shows the place where it ended if the operation has none',
        trace: 'start begin(a)@none end',
        findings: [{ messageId: 'session', site: undefined, nearby: 'end' }],
      },
      {
        name: 'shows an operation that has a place before one that has none',
        trace: 'start begin(a)@none begin(b) end',
        findings: [{ messageId: 'session', site: 'begin(b)' }],
      },
      {
        name: 'fires when a drain gives up',
        trace: 'start begin(a) ending wait(5s) drain-exceeded(5s) ended settle(a)',
        findings: [
          { messageId: 'session' },
          {
            messageId: 'exceeded',
            data: { operations: 'insert on shop.orders', afterMS: 5000 },
            site: 'begin(a)',
          },
        ],
      },
    ],
  },
  { describe, it },
);
