import { expect, test } from 'vitest';
import { openRecord } from '../../../src/guard/events/reducer.ts';
import { ContendedNamespace } from '../../../src/guard/runtime/contention/contended-namespace.ts';
import { TransactionRun } from '../../../src/guard/runtime/transaction/transaction-run.ts';
import { parseTrace } from '../../../src/testing/index.ts';

const most = 1000;

function newRun(): TransactionRun {
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  return new TransactionRun(openRecord(start));
}

/** A namespace that knows documents 0 to 999. */
function fullNamespace(): ContendedNamespace {
  const namespace = new ContendedNamespace();
  for (let number = 0; number < most; number += 1) namespace.met(`${number}`);
  return namespace;
}

/** Which of these documents it knows. */
function known(namespace: ContendedNamespace, ...keys: readonly string[]): readonly string[] {
  return keys.filter(key => namespace.at(key) !== undefined);
}

test('A thousand documents are known, and a further one takes the place of the oldest that nobody has.', () => {
  const namespace = fullNamespace();
  expect(known(namespace, '0', '1', '999')).toEqual(['0', '1', '999']);
  namespace.at('0')?.enter(newRun());
  namespace.met('new');
  expect(known(namespace, '0', '1', '2', '999', 'new')).toEqual(['0', '2', '999', 'new']);
});

test('While somebody has each of them, no further document is known.', () => {
  const namespace = fullNamespace();
  for (let number = 0; number < most; number += 1) namespace.at(`${number}`)?.enter(newRun());
  namespace.met('new');
  expect(known(namespace, '0', '999', 'new')).toEqual(['0', '999']);
});

test('The turns of a document stay the same when it meets again, and one has a turn at a time.', () => {
  const namespace = new ContendedNamespace();
  namespace.met('a');
  const turns = namespace.at('a');
  expect([turns?.enter(newRun()), turns?.enter(newRun())]).toEqual([true, false]);
  namespace.met('a');
  expect(namespace.at('a')).toBe(turns);
});
