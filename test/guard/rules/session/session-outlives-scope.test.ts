import { describe, it } from 'vitest';
import { sessionOutlivesScope } from '../../../../src/guard/rules/session/session-outlives-scope.ts';
import { testRule } from '../../../../src/testing/index.ts';

testRule(
  sessionOutlivesScope,
  {
    valid: [
      { name: 'is silent without scopes', trace: 'start txn run(a) commit txn run(b) commit end' },
      {
        name: 'is silent within the request that started the session',
        trace: 'start(scope=1) run(a scope=1) leave(scope=1) run(b scope=1) end',
      },
      {
        name: 'is silent about a session that is handed down from a request to its parts',
        trace:
          'start(scope=1) run(a scope=2 within=1) leave(scope=2) run(b scope=3 within=1) leave(scope=3) end',
      },
      {
        name: 'is silent about a session that one part of a request starts for the next',
        trace: 'start(scope=2 within=1) run(a scope=2 within=1) leave(scope=2) run(b scope=3 within=1) end',
      },
      {
        name: 'is silent about a session that is handed to another request while its own still runs',
        trace: 'start(scope=1) run(a scope=1) run(b scope=2) leave(scope=2) run(c scope=3) end',
      },
      {
        name: 'is silent about a session that was marked with keep(session)',
        trace: 'start keep run(a scope=1) leave(scope=1) run(b scope=2) end',
      },
      {
        name: 'is silent about a session of one request that was marked with keep(session)',
        trace: 'start(scope=1) keep run(a scope=1) leave(scope=1) run(b scope=2) end',
      },
      {
        name: "is silent about a worker's own session, which it uses outside of its jobs too",
        trace: 'start run(take findAndModify jobs.open) run(a scope=1) leave(scope=1) run(b scope=2) end',
      },
      {
        name: "is silent about a worker's own session whose transactions are started outside of its jobs",
        trace: 'start txn run(a scope=1) leave(scope=1) commit txn run(b scope=2) commit end',
      },
      {
        name: 'is silent about a session that is handed down to one request',
        trace: 'start run(a scope=1) run(b scope=1) leave(scope=1) end',
      },
      {
        name: 'is silent about one that parts of the same request use one after the other',
        trace: 'start run(a scope=2 within=1) leave(scope=2) run(b scope=3 within=1) leave(scope=3) end',
      },
      {
        name: 'is silent about requests that ran beside each other: that is shared-session',
        trace: 'start run(a scope=1) leave(scope=1 newest=3) run(b scope=2) run(c scope=3) end',
      },
      {
        name: 'is silent where another request uses the session at the same time: that is shared-session',
        trace: 'start(scope=1) leave(scope=1) begin(a scope=1) begin(b scope=2) settle(a) settle(b) end',
      },
      {
        name: 'is silent about a session that has ended: that is use-after-end',
        trace: 'start run(a scope=1) end leave(scope=1) run(b scope=2)',
      },
      {
        name: 'is silent about the session of a runner, whose callback still runs',
        trace: 'start(runner) run(a scope=1) leave(scope=1) run(b scope=2) end(runner)',
      },
      {
        name: 'is silent about a session whose start was not seen',
        trace: 'start@none run(a scope=1) leave(scope=1) run(b scope=2) end',
      },
      {
        name: 'is silent about what is used outside of any request after the one it was started in',
        trace: 'start(scope=1) run(a scope=1) leave(scope=1) run(b) end',
      },
      {
        name: "is silent about a stream's own read-ahead",
        trace: 'start(scope=1) run(a scope=1) leave(scope=1) run(b getMore shop.users quiet scope=2) end',
      },
    ],
    invalid: [
      {
        name: 'fires on a session of one request in a later one',
        trace: 'start(scope=1) run(a scope=1) leave(scope=1) run(b find shop.users scope=2) end',
        findings: [
          {
            messageId: 'request',
            data: { use: 'find on shop.users' },
            site: 'run(b find shop.users scope=2)',
            startedAt: 'start(scope=1)',
          },
        ],
      },
      {
        name: 'fires on a session of the module in the second request',
        trace: 'start run(a scope=1) leave(scope=1) run(b scope=2) run(c scope=2) end',
        findings: [{ messageId: 'module', site: 'run(b scope=2)', startedAt: 'start' }],
      },
      {
        name: 'fires once for each request',
        trace:
          'start run(a scope=1) leave(scope=1) run(b scope=2) run(c scope=2) leave(scope=2) run(d scope=3)',
        findings: [
          { messageId: 'module', site: 'run(b scope=2)' },
          { messageId: 'module', site: 'run(d scope=3)' },
        ],
      },
      {
        name: 'fires on the start of a transaction',
        trace:
          'start txn(scope=1) run(a scope=1) commit leave(scope=1) txn(scope=2) run(b scope=2) commit end',
        findings: [{ messageId: 'module', data: { use: 'startTransaction' }, site: 'txn(scope=2)' }],
      },
      {
        name: 'fires where the request that is over has left its transaction open',
        trace: 'start(scope=1) txn(scope=1) run(a scope=1) leave(scope=1) run(b scope=2) run(c scope=2) end',
        findings: [{ messageId: 'request', site: 'run(b scope=2)', startedAt: 'start(scope=1)' }],
      },
      {
        name: 'fires on a request that came after the first was over, also while others still run',
        trace:
          'start run(a scope=1) run(b scope=2) leave(scope=1 newest=2) run(c scope=2) run(d scope=3) end',
        findings: [{ messageId: 'module', site: 'run(d scope=3)' }],
      },
    ],
  },
  { describe, it },
);
