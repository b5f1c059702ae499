import { expect, test } from 'vitest';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { openRecord } from '../../../src/guard/events/reducer.ts';
import type { RunEvent, RunPhase } from '../../../src/guard/runtime/transaction/run-events.ts';
import { TransactionRun } from '../../../src/guard/runtime/transaction/transaction-run.ts';
import { byHand } from '../../../src/guard/runtime/transaction/wanted.ts';
import { parseTrace } from '../../../src/testing/index.ts';

type Who = 'runner' | 'user';

function newRun(by: Who): TransactionRun {
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  return new TransactionRun(openRecord(start), by === 'user' ? undefined : byHand);
}

function enter(run: TransactionRun) {
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  return run.enter({ record: openRecord(start), driverSession: undefined });
}

/** The events of one run by their words. */
const words: Readonly<Record<string, (by: Who) => RunEvent>> = {
  started: () => ({ type: 'started' }),
  returned: () => ({ type: 'returned' }),
  'returned-nothing': () => ({ type: 'returned nothing' }),
  drained: () => ({ type: 'drained', failed: false }),
  'drained-failed': () => ({ type: 'drained', failed: true }),
  'cut-off': () => ({ type: 'cut off' }),
  commit: by => ({ type: 'ending', as: 'commit', by }),
  abort: by => ({ type: 'ending', as: 'abort', by }),
  'user-commit': () => ({ type: 'ending', as: 'commit', by: 'user' }),
  committed: by => ({ type: 'committed', by }),
  aborted: by => ({ type: 'aborted', by }),
  'not-known': by => ({ type: 'commit failed', by, unknown: true }),
  failed: by => ({ type: 'commit failed', by, unknown: false }),
  ended: () => ({ type: 'session ended' }),
  finished: () => ({ type: 'finished', unknown: false }),
};

function play(by: Who, story: string): TransactionRun {
  const run = newRun(by);
  for (const word of story.split(' ').filter(one => one !== '')) {
    const event = words[word]?.(by);
    if (event !== undefined) run.advance(event);
    else if (word === 'entered') enter(run);
    else throw new Error(`'${word}' is no event.`);
  }
  return run;
}

test.each<[string, RunPhase, 'loop' | 'callback']>([
  ['', 'starting', 'loop'],
  ['started', 'starting', 'loop'],
  ['started entered', 'callback', 'callback'],
  ['started entered user-commit', 'callback', 'callback'],
  ['started entered returned', 'draining', 'callback'],
  ['started entered returned-nothing', 'aborting', 'loop'],
  ['started entered returned drained', 'committing', 'loop'],
  ['started entered returned drained-failed', 'aborting', 'loop'],
  ['started entered returned drained commit', 'committing', 'loop'],
  ['started entered returned drained commit committed', 'committed', 'loop'],
  ['started entered returned drained commit not-known', 'unknown', 'loop'],
  ['started entered returned drained commit failed', 'aborted', 'loop'],
  ['started entered returned drained-failed abort aborted started', 'starting', 'loop'],
])("The phase of a runner after '%s' is %s.", (story, phase, where) => {
  const run = play('runner', story);
  expect(run.phase).toBe(phase);
  expect(run.isInLoop).toBe(where === 'loop');
});

test.each<[string, RunPhase]>([
  ['', 'starting'],
  ['started', 'callback'],
  ['started entered', 'callback'],
  ['started entered commit', 'committing'],
  ['started entered abort', 'aborting'],
  ['started entered commit committed', 'committed'],
  ['started entered commit committed commit', 'committed'],
  ['started entered commit committed abort', 'committed'],
  ['started entered commit committed ended', 'committed'],
  ['started entered commit not-known commit', 'committing'],
  ['started entered commit not-known abort', 'unknown'],
  ['started entered commit not-known ended', 'unknown'],
  ['started entered commit failed abort', 'aborted'],
  ['started entered abort aborted abort', 'aborted'],
  ['started entered ended', 'aborted'],
])("The phase of a manual transaction after '%s' is %s.", (story, phase) => {
  const run = play('user', story);
  expect(run.phase).toBe(phase);
  expect(run.isInLoop).toBe(false);
});

test.each([
  ['started entered', false, false],
  ['started entered cut-off', true, true],
  ['started entered cut-off returned', true, false],
  ['started entered cut-off returned-nothing', true, false],
  ['started cut-off', true, false],
  ['started entered returned cut-off', true, false],
])("After '%s' it is %s that a call is cut off, and %s that its callback still runs.", (story, cut, left) => {
  const run = play('runner', story);
  expect([run.isCutOff, run.isLeftRunning]).toEqual([cut, left]);
});

test('An attempt begins with nothing to call after it, and is not over.', () => {
  const run = newRun('runner');
  const attempt = enter(run);
  expect(attempt).toMatchObject({ run, by: 'runner', inject: false, over: false, rollbackOnly: undefined });
  expect([attempt.afterCommit, attempt.afterAbort]).toEqual([[], []]);
  expect(run.attempts).toBe(1);
});

test('A straggler of an attempt before does not roll back the attempt that runs.', () => {
  const run = newRun('runner');
  const [first, second] = [enter(run), enter(run)];
  run.advance({ type: 'rollback only', attempt: first, error: new Error('old') });
  expect(second.rollbackOnly).toBeUndefined();
  const error = new Error('first');
  run.advance({ type: 'rollback only', attempt: second, error });
  run.advance({ type: 'rollback only', attempt: second, error: new Error('second') });
  expect(second.rollbackOnly?.error).toBe(error);
});

test('Trackers that follow a run hear of its events from then on.', () => {
  const run = newRun('runner');
  const heard: string[] = [];
  const track = { tracks: [], note: ({ type }: RunEvent) => void heard.push(type), waits: wait };
  run.advance({ type: 'started' });
  expect(run.track).toBeUndefined();
  run.advance({ type: 'followed', track: Object.assign(Object.create(null), track) });
  run.advance({ type: 'inside runner' });
  expect(heard).toEqual(['inside runner']);
  expect(run.track).toBeDefined();
  expect(run.isReported).toBe(true);
});

function wait<T>(_reason: string, waiting: Promise<T>): Promise<T> {
  return waiting;
}

test('A runner is one of the operations of its session.', () => {
  const run = newRun('runner');
  const operation = newOperation({ command: 'withTransaction', kind: 'runner', inTransaction: false });
  run.advance({ type: 'begun', operation });
  expect(run.operation).toBe(operation);
  expect(newRun('user').by).toBe('user');
});
