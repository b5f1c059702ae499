import { describe, expect, test } from 'vitest';
import { around } from '../../../src/guard/scope/around.ts';
import type { AttemptScope, Scope } from '../../../src/guard/scope/async-scope.ts';

type Made = (parent: Scope | undefined) => Scope;

const client = {};

const outside: Made = parent => ({ kind: 'outside', parent });
const allow: (rule: string) => Made = rule => parent => ({ kind: 'allow', rule, parent });
const request: (id: number, left?: boolean) => Made = (id, left = false) => {
  return parent => ({ kind: 'request', id, left, parent });
};

function transaction(over: boolean): Made {
  const attempt = { by: 'user', over } as AttemptScope;
  return parent => ({ kind: 'transaction', client, attempt, token: {}, parent });
}

const runs = transaction(false);
const isOver = transaction(true);

/** The attempt of a runner whose call was stopped, and whose session has ended. */
function leftRunning(stopped: { readonly left: boolean }): Made {
  const run = {
    get isLeftRunning() {
      return stopped.left;
    },
  };
  const attempt = { by: 'runner', over: true, run, session: { record: { phase: 'ended' } } } as AttemptScope;
  return parent => ({ kind: 'transaction', client, attempt, token: {}, parent });
}

/** Outermost first. */
function nestIn(outermost: Scope | undefined, ...scopes: readonly Made[]): Scope | undefined {
  return scopes.reduce<Scope | undefined>((parent, make) => make(parent), outermost);
}

const nest = (...scopes: readonly Made[]): Scope | undefined => nestIn(undefined, ...scopes);

/** What is around a scope, outermost first. */
function words(innermost: Scope | undefined): string {
  const found: string[] = [];
  for (let scope = innermost; scope !== undefined; scope = scope.parent) found.unshift(wordFor(scope));
  return found.join(' ');
}

function wordFor(scope: Scope): string {
  if (scope.kind === 'request') return `request-${scope.id}`;
  if (scope.kind === 'allow') return scope.rule;
  return scope.kind === 'transaction' && scope.attempt.over ? 'over' : scope.kind;
}

describe('around a new scope', () => {
  test.each([
    [
      'scopes that have not ended stay',
      [request(1), runs, outside, runs],
      'request-1 transaction outside transaction',
    ],
    ['a transaction that is over does not stay', [request(1), isOver, runs], 'request-1 transaction'],
    ['the innermost scope stays, also if it is over', [isOver, isOver], 'over'],
    ['of requests that are over only the innermost stays', [request(1, true), request(2, true)], 'request-2'],
    [
      'a request that is over stays in one that is not',
      [request(1, true), request(2)],
      'request-1 request-2',
    ],
    ['a second `outsideTxn` adds nothing', [runs, outside, isOver, outside], 'transaction outside'],
    ['a second `allow` of the same rule adds nothing', [allow('a'), allow('b'), allow('a')], 'b a'],
    [
      'work in a transaction keeps the `outsideTxn` around it',
      [runs, outside, runs, outside],
      'transaction outside transaction outside',
    ],
  ])('%s', (_says, scopes, left) => {
    expect(words(around(nest(...scopes)))).toBe(left);
  });

  test('code in a scope that is taken out of the chain of another one keeps what is around it', () => {
    const inTransaction = nest(runs, outside, allow('a'));
    expect(words(around(nestIn(inTransaction, outside, isOver)))).toBe('transaction a outside over');
    expect(words(inTransaction)).toBe('transaction outside a');
  });

  test('a manual transaction that is over stays in another call of its function that still runs', () => {
    expect(words(around(nest(runs, isOver, allow('a'))))).toBe('transaction over a');
  });

  test('the callback of a stopped call stays until it returns', () => {
    const stopped = { left: true };
    const inStopped = nest(leftRunning(stopped), allow('a'));
    expect(words(around(inStopped))).toBe('over a');
    stopped.left = false;
    expect(words(around(inStopped))).toBe('a');
  });
});

test('jobs that start each other have a chain of two scopes, not of all', () => {
  let current: Scope | undefined;
  const attempts: { over: boolean }[] = [];
  for (let job = 0; job < 100; job += 1) {
    const attempt = { by: 'user', over: false } as AttemptScope & { over: boolean };
    // The job before ends when this one has begun.
    current = { kind: 'transaction', client, attempt, token: {}, parent: around(current) };
    for (const before of attempts) before.over = true;
    attempts.push(attempt);
  }
  expect(words(current)).toBe('over transaction');
});
