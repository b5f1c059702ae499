import { describe, it } from 'vitest';
import { manualEndInHelper } from '../../../src/guard/rules/session/manual-end-in-helper.ts';
import { testRule } from '../../../src/testing/index.ts';

testRule(
  manualEndInHelper,
  {
    valid: [
      'start helper txn run(a) callback-returns commit helper-done end',
      {
        name: 'is silent about abortTransaction by hand and then return, which the driver documents',
        trace: 'start helper txn run(a) abort callback-returns helper-done end',
      },
      {
        name: 'is silent about commitTransaction by hand and then return',
        trace: 'start helper txn run(a) commit callback-returns helper-done end',
      },
      {
        name: 'is silent when the callback rejects and the helper aborts',
        trace: 'start helper txn begin(a) fail(a 11000) callback-rejects(a) abort helper-failed(11000) end',
      },
      {
        name: 'is silent in a manual transaction',
        trace: 'start txn run(a) commit run(b) end',
      },
      {
        name: 'is silent about work after the helper',
        trace: 'start helper txn run(a) callback-returns commit helper-done run(b) end',
      },
      {
        name: 'is silent about killCursors after an abort by hand',
        trace:
          'start helper txn run(a find shop.users) open(a) abort run(k killCursors shop.users) callback-returns helper-done end',
      },
      {
        name: 'is silent when a helper ends the session that it started',
        trace: 'start(helper) helper txn run(a) end(helper)',
      },
      {
        name: 'is silent when a closing client ends the session',
        trace: 'start helper txn run(a) end(close)',
      },
      {
        name: 'is silent about work of another session after an abort by hand',
        trace: 'start s2:start helper txn run(a) abort s2:run(b) callback-returns helper-done end s2:end',
      },
      {
        name: 'is silent about a second abort by hand, of which transaction-state speaks',
        trace: 'start helper txn run(a) abort abort-fail(client) callback-returns helper-done end',
      },
    ],
    invalid: [
      {
        name: 'fires when the session is ended before the helper could commit',
        trace: 'start helper txn run(a) end callback-returns helper-done',
        findings: [{ messageId: 'end', site: 'end', startedAt: 'start' }],
      },
      {
        name: 'fires on work after a commit by hand',
        trace: 'start helper txn run(a) commit run(b update shop.orders) callback-returns helper-done end',
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
        trace: 'start helper txn run(a) abort run(b) callback-returns helper-done end',
        findings: [{ messageId: 'work', data: { operation: 'insert on shop.orders', how: 'an abort' } }],
      },
      {
        name: 'fires when the callback is rejected after an abort by hand',
        trace: 'start helper txn run(a) abort callback-rejects(own) helper-failed(client) end',
        findings: [{ messageId: 'thrown', data: { how: 'an abort' }, site: 'abort', startedAt: 'start' }],
      },
      {
        name: 'fires when the callback is rejected after a commit by hand',
        trace: 'start helper txn run(a) commit callback-rejects(own) helper-failed(client) end',
        findings: [{ messageId: 'thrown', data: { how: 'a commit' } }],
      },
    ],
  },
  { describe, it },
);
