import { expect, onTestFinished, test, vi } from 'vitest';
import { openRecord } from '../../../src/guard/events/reducer.ts';
import { Contention } from '../../../src/guard/runtime/contention/contention.ts';
import { Turns } from '../../../src/guard/runtime/contention/turns.ts';
import { TransactionRun } from '../../../src/guard/runtime/transaction/transaction-run.ts';
import { parseTrace } from '../../../src/testing/index.ts';

const namespace = 'shop.items';

function runOf(name: string): TransactionRun {
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const record = openRecord(start);
  return new TransactionRun(record, { ...new TransactionRun(record).wanted, name });
}

/** A call of this name conflicts at these documents, and is over. */
function meet(contention: Contention, name: string, documents: readonly string[]): void {
  const run = runOf(name);
  contention.conflicted(run, namespace, documents);
  contention.leave(run);
}

/** The turn at a document that a new call of this name takes or waits for. */
function turnAt(contention: Contention, name: string, document: string): Promise<unknown> | undefined {
  const run = runOf(name);
  return contention.enter(run) ?? contention.enterFirst(run, [document]);
}

test('An attempt waits for all its turns together no longer than for one.', async () => {
  const contention = new Contention();
  const documents = ['a', 'b', 'c'];
  meet(contention, 'order', documents);
  for (const document of documents) expect(turnAt(contention, 'order', document)).toBeUndefined();
  const late = runOf('order');
  contention.conflicted(late, namespace, documents);
  contention.attemptOver(late);
  await contention.enter(late);
  expect(contention.waits).toBe(1);
});

test('An attempt has one patience for its turn and for the turn of its first document.', async () => {
  const contention = new Contention();
  meet(contention, 'order', ['a']);
  // All eight of a round conflict, so that one runs at a time.
  for (let n = 0; n < 8; n += 1) meet(contention, 'order', []);
  const holder = runOf('order');
  expect(contention.enter(holder)).toBeUndefined();
  expect(contention.enterFirst(holder, ['a'])).toBeUndefined();
  const wait = vi.spyOn(Turns.prototype, 'wait');
  onTestFinished(() => wait.mockRestore());
  const late = runOf('order');
  await contention.enter(late);
  await contention.enterFirst(late, ['a']);
  const [first = 0, second = first] = wait.mock.calls.map(([, , , longestMS]) => longestMS);
  // A timer may fire a millisecond early.
  expect(second).toBeLessThan(first / 10);
  expect(contention.waits).toBe(2);
});

test('Of names without end only the latest are kept in mind.', () => {
  const contention = new Contention();
  const names = Array.from({ length: 3000 }, (_, number) => `order ${number}`);
  // Keeps the place from being forgotten.
  contention.conflicted(runOf('order'), namespace, []);
  for (const name of names) meet(contention, name, ['a']);
  expect(turnAt(contention, 'order 2998', 'a')).toBeUndefined();
  expect(turnAt(contention, 'order 0', 'a')).toBeUndefined();
  expect(turnAt(contention, 'order 2999', 'a')).toBeInstanceOf(Promise);
});

test('Fake timers of a program do not hold a wait up.', async () => {
  onTestFinished(() => void vi.useRealTimers());
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  const turns = new Turns(() => 1);
  turns.enter({});
  const waiting = turns.wait({}, 1, undefined, 1);
  expect(vi.getTimerCount()).toBe(0);
  expect(await waiting).toBe(false);
});
