import { describe, it } from 'vitest';
import { retryStorm } from '../../../../src/guard/rules/transaction/retry-storm.ts';
import { testRule } from '../../../../src/testing/index.ts';

/** Attempts of a runner that fail in this way, and one more that is begun. */
function attempts(count: number, fails: string): string {
  const failed = Array.from({ length: count }, () => `txn ${fails}`);
  return `start runner ${failed.join(' ')} txn(attempt=${count + 1})`;
}

/** The same by hand: a loop that starts transaction after transaction. */
function loop(count: number, fails: string): string {
  return `start ${Array.from({ length: count }, () => `txn@loop ${fails}`).join(' ')} txn@loop`;
}

const conflict = 'begin(a update shop.stock) fail(a 112) callback-rejects(a) abort';
const byHand = 'begin(a update shop.stock) fail(a 112) abort';

testRule(
  retryStorm,
  {
    valid: [
      {
        name: 'is silent about a few retries',
        trace: `${attempts(3, conflict)} run(b) callback-returns commit end`,
      },
      {
        name: 'is silent about an error that was swallowed: that rule speaks',
        trace: attempts(6, 'begin(a) fail(a 11000) callback-returns commit-fail(251)'),
      },
      {
        name: 'is silent about operations that met each other in one transaction: that rule speaks',
        trace: attempts(6, 'begin(a) fail(a 117 label=TransientTransactionError) callback-rejects(a) abort'),
      },
      {
        name: 'is silent about a transaction that takes too long: that rule speaks',
        trace: attempts(6, 'run(a) wait(2s) begin(b) fail(b 251) callback-rejects(b) abort'),
      },
      {
        name: 'is silent about attempts that were lost with the connection or the primary',
        trace: attempts(
          6,
          'begin(a) fail(a name=MongoNetworkError label=TransientTransactionError) callback-rejects(a) abort',
        ),
      },
      {
        name: 'is silent about attempts that have met a primary that steps down',
        trace: attempts(
          6,
          'begin(a) fail(a 10107 label=TransientTransactionError) callback-rejects(a) abort wait(1s)',
        ),
      },
      {
        name: 'is silent about a loop whose transactions succeed',
        trace: loop(6, 'run(a) commit'),
      },
      {
        name: 'is silent about a loop that fails now and then',
        trace: `${loop(3, byHand)} run(b) commit txn@loop ${byHand} txn@loop ${byHand} txn@loop run(b) commit end`,
      },
      {
        name: 'is silent about a loop of transactions that fail for other reasons',
        trace: loop(6, 'begin(a) fail(a 11000) abort'),
      },
      {
        name: 'is silent about transactions of several places that fail one after the other',
        trace: `start ${['a', 'b', 'c', 'd', 'e', 'f'].map(place => `txn@${place} ${byHand}`).join(' ')} end`,
      },
      {
        name: 'is silent about a conflict with a transaction around it: nested-transaction speaks',
        trace: `outer:start outer:txn outer:run(o update shop.stock) ${attempts(6, 'begin(a update shop.stock) conflict(a documents=1 holder=outer) fail(a 112) callback-rejects(a) abort')}`,
      },
      {
        name: 'is silent about a commit that comes too late: the server has given the transaction up',
        trace: attempts(6, 'run(a) wait(2s) callback-returns commit-fail(251)'),
      },
      {
        name: 'is silent about a transaction that the server does not know, without a conflict',
        trace: attempts(6, 'begin(a) fail(a 251) callback-rejects(a) abort'),
      },
    ],
    invalid: [
      {
        name: 'fires once on the fifth attempt, and names the collection',
        trace: attempts(7, conflict),
        findings: [
          {
            messageId: 'conflict',
            data: { attempts: 5, seconds: 0, operation: 'update on shop.stock', error: 'WriteConflict' },
            site: 'begin(a update shop.stock)',
            startedAt: 'runner',
          },
        ],
      },
      {
        name: 'fires after `afterMS` of retries',
        trace: attempts(3, `wait(600ms) ${conflict}`),
        findings: [
          {
            messageId: 'conflict',
            data: { attempts: 4, seconds: 1.2, operation: 'update on shop.stock', error: 'WriteConflict' },
          },
        ],
      },
      {
        name: 'takes `attempts` and `afterMS` from its options',
        trace: attempts(2, conflict),
        options: { attempts: 3, afterMS: 60_000 },
        findings: [{ messageId: 'conflict' }],
      },
      {
        name: 'fires on commits that conflict',
        trace: attempts(4, 'run(a update shop.stock) callback-returns commit-fail(112)'),
        findings: [
          {
            messageId: 'conflict',
            data: {
              attempts: 5,
              seconds: 0,
              operation: 'the commit of what it does on shop.stock',
              error: 'WriteConflict',
            },
            site: 'runner',
          },
        ],
      },
      {
        name: 'fires where no operation has failed',
        trace: attempts(4, 'run(a) callback-rejects(own) abort'),
        findings: [{ messageId: 'unknown', data: { attempts: 5, seconds: 0 }, site: 'runner' }],
      },
      {
        name: 'fires on a loop by hand',
        trace: loop(4, byHand),
        findings: [{ messageId: 'conflict', startedAt: '@loop' }],
      },
      {
        name: 'fires again for the next runner on the session',
        trace: `${attempts(5, conflict)} run(b) callback-returns commit runner-done runner ${Array.from({ length: 5 }, () => `txn ${conflict}`).join(' ')} txn(attempt=6)`,
        findings: [{ messageId: 'conflict' }, { messageId: 'conflict' }],
      },
      {
        name: 'names the last conflict',
        trace: `start runner txn ${conflict} txn ${conflict} txn ${conflict} txn begin(a update shop.carts) fail(a 112) callback-rejects(a) abort txn`,
        findings: [
          {
            messageId: 'conflict',
            data: { attempts: 5, seconds: 0, operation: 'update on shop.carts', error: 'WriteConflict' },
          },
        ],
      },
      {
        name: 'fires on commits that the server does not know a moment after they began',
        trace: `s0:start(runner) wait(100s) ${attempts(4, 'run(a ping) callback-returns commit-fail(251)')}`,
        findings: [
          {
            messageId: 'conflict',
            data: { attempts: 5, seconds: 0, operation: 'its commit', error: 'NoSuchTransaction' },
          },
        ],
      },
      {
        name: 'names three collections of a commit at most',
        trace: attempts(
          4,
          'run(a insert x.a) run(b insert x.b) run(c insert x.c) run(d insert x.d) callback-returns commit-fail(112)',
        ),
        findings: [
          {
            messageId: 'conflict',
            data: {
              attempts: 5,
              seconds: 0,
              operation: 'the commit of what it does on x.a, x.b, x.c',
              error: 'WriteConflict',
            },
          },
        ],
      },
    ],
  },
  { describe, it },
);
