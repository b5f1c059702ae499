import { describe, it } from 'vitest';
import { manualEndInHelper } from '../../../../src/guard/rules/session/manual-end-in-helper.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  manualEndInHelper,
  {
    valid: [
      'start runner txn run(a) callback-returns commit runner-done end',
      {
        name: 'is silent about abortTransaction by hand and then return, which the driver documents',
        trace: 'start runner txn run(a) abort callback-returns runner-done end',
      },
      {
        name: 'is silent about commitTransaction by hand and then return',
        trace: 'start runner txn run(a) commit callback-returns runner-done end',
      },
      {
        name: 'is silent when the callback rejects and the runner aborts',
        trace: 'start runner txn begin(a) fail(a 11000) callback-rejects(a) abort runner-failed(11000) end',
      },
      {
        name: 'is silent in a manual transaction',
        trace: 'start txn run(a) commit run(b) end',
      },
      {
        name: 'is silent about work after the runner',
        trace: 'start runner txn run(a) callback-returns commit runner-done run(b) end',
      },
      {
        name: 'is silent about killCursors after an abort by hand',
        trace:
          'start runner txn run(a find shop.users) open(a) abort run(k killCursors shop.users) callback-returns runner-done end',
      },
      {
        name: 'is silent when a runner ends the session that it started',
        trace: 'start(runner) runner txn run(a) end(runner)',
      },
      {
        name: 'is silent when a closing client ends the session',
        trace: 'start runner txn run(a) end(close)',
      },
      {
        name: 'is silent about work of another session after an abort by hand',
        trace: 'start s2:start runner txn run(a) abort s2:run(b) callback-returns runner-done end s2:end',
      },
      {
        name: 'is silent about a second abort by hand, of which transaction-state speaks',
        trace: 'start runner txn run(a) abort abort-fail(client) callback-returns runner-done end',
      },
    ],
    invalid: [
      {
        name: 'fires when the session is ended before the runner could commit',
        trace: 'start runner txn run(a) end callback-returns runner-done',
        findings: [{ messageId: 'end', site: 'end', startedAt: 'start' }],
      },
      {
        name: 'fires on work after a commit by hand',
        trace: 'start runner txn run(a) commit run(b update shop.orders) callback-returns runner-done end',
        findings: [
          {
            messageId: 'work',
            data: { operation: 'update on shop.orders', how: 'a commit' },
            site: 'run(b update shop.orders)',
          },
        ],
      },
      {
        name: 'fires on work after an abort by hand',
        trace: 'start runner txn run(a) abort run(b) callback-returns runner-done end',
        findings: [{ messageId: 'work', data: { operation: 'insert on shop.orders', how: 'an abort' } }],
      },
      {
        name: 'fires when the callback is rejected after an abort by hand',
        trace: 'start runner txn run(a) abort callback-rejects(own) runner-failed(client) end',
        findings: [{ messageId: 'thrown', data: { how: 'an abort' }, site: 'abort', startedAt: 'start' }],
      },
      {
        name: 'fires when the callback is rejected after a commit by hand',
        trace: 'start runner txn run(a) commit callback-rejects(own) runner-failed(client) end',
        findings: [{ messageId: 'thrown', data: { how: 'a commit' } }],
      },
    ],
  },
  { describe, it },
);
