import { describe, it } from 'vitest';
import { sessionLeak } from '../../../../src/guard/rules/session/session-leak.ts';
import { testRule } from '../../../../src/testing/index.ts';

/** Sessions s1, s2, … all started at one place. */
function startMany(count: number): string {
  return Array.from({ length: count }, (_, index) => `s${index + 1}:start@pool`).join(' ');
}

testRule(
  sessionLeak,
  {
    valid: [
      'start run(a) wait(59s) tick end',
      {
        name: 'is silent while a long operation runs',
        trace: 'start begin(a aggregate shop.orders) wait(120s) tick settle(a) tick end',
      },
      {
        name: 'is silent about a session in regular use',
        trace: 'start run(a) wait(40s) tick run(b) wait(40s) tick run(c) wait(40s) tick end',
      },
      {
        name: 'is silent about sessions that are ended later from a map, within the time',
        trace: 'start s2:start run(a) s2:run(b) wait(30s) tick end s2:end wait(60s) tick',
      },
      { name: 'is silent about a single idle session at close', trace: 'start run(a) close-client' },
      {
        name: 'is silent about a session that was marked with keep(session)',
        trace: 'start keep run(a) wait(600s) tick close-client',
      },
      {
        name: 'is silent about a kept session, and one of a runner, that a test leaves open',
        trace: 'start keep left s2:start(runner) s2:left close-client',
      },
      {
        name: 'is silent about sessions of a runner',
        trace: 'start(runner) wait(600s) tick close-client',
      },
      {
        name: 'is silent about idle sessions of different places at close',
        trace: 'start@a s2:start@b close-client',
      },
      {
        name: 'is silent about a session that is used again after the scope it was started in',
        trace: 'start(scope=1) leave(scope=1) run(a) close-client',
      },
      {
        name: 'is silent about a session whose scope goes on',
        trace: 'start(scope=1) run(a) leave(scope=2) close-client',
      },
      {
        name: 'is silent about `maxOpen` sessions from one place, and about more that are in use',
        trace: `${startMany(4)} s1:begin(a) wait(20s) tick s1:settle(a) s1:end s2:end s3:end s4:end`,
        options: { maxOpen: 3 },
      },
      {
        name: 'is silent about many sessions that were idle for a moment only',
        trace: `${startMany(4)} wait(5s) tick s1:end s2:end s3:end s4:end`,
        options: { maxOpen: 3 },
      },
      {
        name: 'is silent about the sessions of another client',
        trace: 'start(client=2) wait(120s) tick(client=1) end',
      },
      {
        name: 'is silent about sessions in use at close, of which client-closed-in-use speaks',
        trace: 'start@pool s2:start@pool begin(a) s2:begin(b) close-client',
      },
      {
        name: 'is silent about a session that is being ended',
        trace: 'start run(a) ending wait(60s) tick ended',
      },
      {
        name: 'is silent about idle sessions of places that are not known: they may be different ones',
        trace: 'start@none s2:start@none close-client',
      },
    ],
    invalid: [
      {
        name: 'fires for each session that a test leaves open, and not again later',
        trace: 'start@a left s2:start@a s2:left wait(60s) tick s2:end close-client',
        findings: [{ messageId: 'left' }, { messageId: 'left' }],
      },
      {
        name: 'says that a transaction is lost which a test leaves open',
        trace: 'start txn run(a) left close-client',
        findings: [{ messageId: 'leftInTransaction', site: 'start' }],
      },
      {
        name: 'fires once when a session has been idle for `warnAfterMS`',
        trace: 'start run(a) wait(60s) tick wait(60s) tick',
        findings: [{ messageId: 'idle', data: { seconds: 60 }, site: 'start' }],
      },
      {
        name: 'takes `warnAfterMS` from its options',
        trace: 'start wait(5s) tick',
        options: { warnAfterMS: 5000 },
        findings: [{ messageId: 'idle', data: { seconds: 5 } }],
      },
      {
        name: 'says so when the session is ended later',
        trace: 'start wait(60s) tick wait(30s) end',
        findings: [{ messageId: 'idle' }, { messageId: 'returned', data: { seconds: 90 }, site: 'start' }],
      },
      {
        name: 'does not say so when a closing client ends it',
        trace: 'start wait(60s) tick close-client',
        findings: [{ messageId: 'idle' }],
      },
      {
        name: 'fires once on more than `maxOpen` idle sessions from one place',
        trace: `${startMany(4)} wait(20s) tick tick`,
        options: { maxOpen: 3 },
        findings: [{ messageId: 'many', data: { count: 4 }, site: '@pool' }],
      },
      {
        name: 'fires at close on a session in a transaction',
        trace: 'start txn run(a) close-client',
        findings: [
          { messageId: 'lost', data: { count: 1, what: 'session in a transaction' }, site: 'start' },
        ],
      },
      {
        name: 'does not speak of writes where the transaction has sent nothing',
        trace: 'start txn close-client',
        findings: [{ messageId: 'closing', data: { count: 1, what: 'session in a transaction' } }],
      },
      {
        name: 'says of an idle session in a transaction that what it has written is lost',
        trace: 'start txn run(a) wait(61s) tick',
        findings: [{ messageId: 'idleInTransaction', data: { seconds: 61 }, site: 'start' }],
      },
      {
        name: 'fires at close on several sessions from the same place',
        trace: 'start@pool s2:start@pool close-client',
        findings: [
          { messageId: 'closing', data: { count: 2, what: 'sessions from the same place' }, site: '@pool' },
        ],
      },
      {
        name: 'fires at close on one that was never used again after the scope it was started in',
        trace: 'start(scope=1) run(a) leave(scope=1) close-client',
        findings: [
          {
            messageId: 'closing',
            data: { count: 1, what: 'session, unused since the scope it was started in' },
            site: 'start(scope=1)',
          },
        ],
      },
      {
        name: 'fires once on a session that was idle before others of its place were left',
        trace: 'start@pool wait(60s) tick s2:start@pool close-client',
        findings: [{ messageId: 'idle' }],
      },
      {
        name: 'fires once on a session that was idle before its place had too many',
        trace: `old:start@pool wait(60s) tick ${startMany(4)} wait(20s) tick`,
        options: { maxOpen: 3 },
        findings: [{ messageId: 'idle' }],
      },
      {
        name: 'says so when one of many is ended later',
        trace: `${startMany(4)} wait(20s) tick s1:end`,
        options: { maxOpen: 3 },
        findings: [{ messageId: 'many' }, { messageId: 'returned', data: { seconds: 20 }, site: '@pool' }],
      },
      {
        name: 'counts at close the sessions in a transaction, of which one has written',
        trace: 'start@pool txn s2:start@pool s2:txn s2:run(a) s3:start@pool close-client',
        findings: [
          { messageId: 'lost', data: { count: 2, what: 'sessions in a transaction' }, site: '@pool' },
        ],
      },
      {
        name: 'tells the age of a session, and not of its client',
        trace: 's0:start(runner) wait(30s) start run(a) wait(60s) tick',
        findings: [{ messageId: 'idle', data: { seconds: 60 } }],
      },
      {
        name: 'fires on a session that a request leaves open',
        trace: 'start left(request) close-client',
        findings: [{ messageId: 'request', site: 'start' }],
      },
      {
        name: 'says that a transaction is lost which a request leaves open',
        trace: 'start txn run(a) left(request) close-client',
        findings: [{ messageId: 'requestInTransaction', site: 'start' }],
      },
    ],
  },
  { describe, it },
);
