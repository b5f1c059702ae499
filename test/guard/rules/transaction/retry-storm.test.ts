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

/** The same by hand with a fresh session for each attempt, which the code is known to have left or not. */
function freshLoop(count: number, fails: (n: number) => string, follows = true): string {
  const all = Array.from({ length: count }, (_, index) => {
    const after = follows && index > 0 ? `(follows=f${index - 1})` : '';
    return attemptOf(`f${index}`, after, fails(index));
  });
  return all.join(' ');
}

function attemptOf(session: string, after: string, fails: string): string {
  const words = `start txn${after}@loop ${fails} end`.split(/ (?![^(]*\))/);
  return words.map(word => `${session}:${word}`).join(' ');
}

const onDocument = (documents: number) =>
  `begin(a update shop.stock) conflict(a documents=${documents}) fail(a 112) abort`;

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
        name: 'is silent about a few attempts with a fresh session each',
        trace: freshLoop(4, () => byHand),
      },
      {
        name: 'is silent about jobs that fail one after the other on documents of their own',
        trace: freshLoop(8, index => onDocument(index), false),
      },
      {
        name: 'is silent about requests that fail one after the other',
        trace: Array.from({ length: 7 }, (_, n) =>
          `start txn(scope=${n + 1})@loop ${byHand} end`
            .split(/ (?![^(]*\))/)
            .map(word => `f${n}:${word}`)
            .join(' '),
        ).join(' '),
      },
      {
        name: 'is silent about transactions of one line that run beside each other, each with a session of its own',
        trace: `other:start other:txn@loop ${freshLoop(8, () => byHand, false)}`,
      },
      {
        name: 'is silent where one attempt of a while ago is all that there was',
        trace: freshLoop(8, () => `${byHand} wait(11s)`),
      },
      {
        name: 'is silent about a conflict with a transaction around it: nested-transaction speaks',
        trace: `outer:start outer:txn outer:run(o update shop.stock) ${attempts(6, 'begin(a update shop.stock) conflict(a documents=1 holder=outer) fail(a 112) callback-rejects(a) abort')}`,
      },
      {
        name: 'is silent about transactions with fresh sessions that fail for other reasons',
        trace: freshLoop(8, () => 'begin(a) fail(a 11000) abort'),
      },
      {
        name: 'is silent about transactions with fresh sessions that are aborted on purpose',
        trace: freshLoop(8, () => 'run(a) abort'),
      },
      {
        name: 'is silent about fresh sessions of several places that fail one after the other',
        trace: ['a', 'b', 'c', 'd', 'e', 'f']
          .map(
            place =>
              `${place}:start ${place}:txn@${place} ${place}:begin(a update shop.stock) ${place}:fail(a 112) ${place}:abort ${place}:end`,
          )
          .join(' '),
      },
      {
        name: 'is silent about jobs of one line that fail one after the other on collections of their own',
        trace: freshLoop(8, index => `begin(a update shop.stock${index}) fail(a 112) abort`, false),
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
        name: 'fires on a loop that takes a fresh session for each attempt',
        trace: freshLoop(6, () => byHand),
        findings: [
          {
            messageId: 'conflict',
            data: { attempts: 5, seconds: 0, operation: 'update on shop.stock', error: 'WriteConflict' },
            startedAt: '@loop',
          },
        ],
      },
      {
        name: 'fires on such a loop where nothing but its order tells that it is one',
        trace: freshLoop(5, () => onDocument(1), false),
        findings: [{ messageId: 'conflict' }],
      },
      {
        name: 'fires on such a loop that ends its sessions without an abort',
        trace: freshLoop(5, () => 'begin(a update shop.stock) fail(a 112)'),
        findings: [{ messageId: 'conflict' }],
      },
      {
        name: 'fires on such a loop of commits that conflict',
        trace: freshLoop(5, () => 'run(a update shop.stock) commit-fail(112)'),
        findings: [{ messageId: 'conflict' }],
      },
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
        name: 'counts the attempts of one session and of the next one',
        trace: `${loop(3, byHand)} begin(a update shop.stock) fail(a 112) end f1:start f1:txn(follows=s1)@loop f1:run(b) f1:commit f1:end`,
        findings: [
          {
            messageId: 'conflict',
            data: { attempts: 5, seconds: 0, operation: 'update on shop.stock', error: 'WriteConflict' },
          },
        ],
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
        name: 'fires also in a process that has run for long',
        trace: `s0:start(runner) wait(100s) ${freshLoop(5, () => byHand)}`,
        findings: [{ messageId: 'conflict' }],
      },
      {
        name: 'fires on a loop with fresh sessions in one request',
        trace: freshLoop(5, () => byHand, false).replaceAll('txn@', 'txn(scope=1)@'),
        findings: [{ messageId: 'conflict' }],
      },
      {
        name: 'fires on such a loop beside a transaction of another line, and after one of its own that is over',
        trace: `s0:start s0:txn@other s1:start s1:txn@loop s1:run(a) s1:commit ${freshLoop(5, () => onDocument(1), false)}`,
        findings: [{ messageId: 'conflict' }],
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
