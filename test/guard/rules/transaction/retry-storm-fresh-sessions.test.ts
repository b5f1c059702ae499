import { describe, it } from 'vitest';
import { retryStorm } from '../../../../src/guard/rules/transaction/retry-storm.ts';
import { testRule } from '../../../../src/testing/index.ts';

/** A loop by hand that starts transaction after transaction. */
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

/** Two such loops beside each other: of each round both are begun before one of them fails. */
function besideEachOther(rounds: number, follows: boolean): string {
  const after = (name: string, n: number) => (follows && n > 0 ? `(follows=${name}${n - 1})` : '');
  const all = Array.from({ length: rounds }, (_, n) =>
    ['f', 'g']
      .map(name => `${name}${n}:start ${name}${n}:txn${after(name, n)}@loop`)
      .concat(
        ['f', 'g'].map(
          name =>
            `${name}${n}:begin(a update shop.stock) ${name}${n}:fail(a 112) ${name}${n}:abort ${name}${n}:end`,
        ),
      )
      .join(' '),
  );
  return all.join(' ');
}

const onDocument = (documents: number) =>
  `begin(a update shop.stock) conflict(a documents=${documents}) fail(a 112) abort`;

const byHand = 'begin(a update shop.stock) fail(a 112) abort';

testRule(
  retryStorm,
  {
    valid: [
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
        name: 'is silent about jobs of one line that fail beside each other: none is known to be the same job again',
        trace: besideEachOther(6, false),
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
        name: 'fires on each of two loops beside each other, if the code is known to have left each attempt',
        trace: besideEachOther(5, true),
        findings: [{ messageId: 'conflict' }, { messageId: 'conflict' }],
      },
    ],
  },
  { describe, it },
);
