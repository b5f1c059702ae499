import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { openRecord } from '../../../src/guard/events/reducer.ts';
import { Contention } from '../../../src/guard/runtime/contention/contention.ts';
import { Turns } from '../../../src/guard/runtime/contention/turns.ts';
import { TransactionRun } from '../../../src/guard/runtime/transaction/transaction-run.ts';
import { byHand, type RunnerControl } from '../../../src/guard/runtime/transaction/wanted.ts';
import { runInScope } from '../../../src/guard/scope/async-scope.ts';
import { clock } from '../../../src/platform/time/clock.ts';
import { parseTrace } from '../../../src/testing/index.ts';

const place = 'shop.items';
let now = 0;

beforeEach(() => {
  now = 0;
  vi.spyOn(clock, 'now').mockImplementation(() => now);
});
afterEach(() => void vi.restoreAllMocks());

function unchanged(error: unknown): unknown {
  return error;
}

function runOf(name: string, signal?: AbortSignal): TransactionRun {
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const rest = { beforeStart() {}, beforeCommit() {}, commitAnswered() {} };
  const control: RunnerControl | undefined = signal && {
    signal,
    rejection: unchanged,
    answer: unchanged,
    ...rest,
  };
  return new TransactionRun(openRecord(start), { ...byHand, name, control });
}

/** Calls of this name conflict at these documents, and are over. */
function meet(contention: Contention, name: string, documents: readonly string[], times = 1): void {
  for (let time = 0; time < times; time += 1) {
    const run = runOf(name);
    contention.conflicted(run, place, documents);
    contention.leave(run);
  }
}

/** A round in which all conflict: from now on one runs at a time. */
function limitToOne(contention: Contention): void {
  meet(contention, 'order', [], 8);
}

function isWaiting(turn: Promise<unknown> | undefined): turn is Promise<unknown> {
  return turn !== undefined;
}

test('Those that wait are counted, at the namespace and at its documents.', () => {
  const contention = new Contention();
  meet(contention, 'order', ['a']);
  const [first, second] = [runOf('order'), runOf('order')];
  for (const run of [first, second]) void contention.enter(run);
  expect(contention.enterFirst(first, ['a'])).toBeUndefined();
  expect(contention.waiting).toBe(0);
  expect(isWaiting(contention.enterFirst(second, ['a']))).toBe(true);
  expect(contention.waiting).toBe(1);
  limitToOne(contention);
  expect(isWaiting(contention.enter(runOf('order')))).toBe(true);
  expect([contention.waiting, contention.waits]).toEqual([2, 2]);
});

test('A call keeps its turn at the namespace while it backs off, if no more have one than may.', () => {
  const contention = new Contention();
  meet(contention, 'order', []);
  const [first, second] = [runOf('order'), runOf('order')];
  for (const run of [first, second]) expect(contention.enter(run)).toBeUndefined();
  limitToOne(contention);
  // Two have a turn, and one may.
  contention.attemptOver(first);
  expect(isWaiting(contention.enter(first))).toBe(true);
  contention.attemptOver(second);
  expect(contention.enter(second)).toBeUndefined();
});

test('A conflict counts for its attempt, and not for the next one of its call, nor for other calls.', () => {
  const contention = new Contention();
  const run = runOf('order');
  contention.conflicted(run, place, []);
  expect(contention.enter(run)).toBeUndefined();
  for (let attempt = 0; attempt < 8; attempt += 1) contention.attemptOver(run);
  for (let call = 0; call < 16; call += 1) {
    const other = runOf('order');
    expect(contention.enter(other)).toBeUndefined();
    contention.leave(other);
  }
  expect(contention.enter(runOf('order'))).toBeUndefined();
});

test.each([
  { met: ['a', 'b'], order: 'as they are taken' },
  { met: ['b', 'a'], order: 'the other way round' },
])(
  'A call takes its documents in one order, met $order: it holds none while it waits for another.',
  ({ met }) => {
    const contention = new Contention();
    meet(contention, 'order', ['a', 'b']);
    const holder = runOf('order');
    void contention.enter(holder);
    expect(contention.enterFirst(holder, ['a'])).toBeUndefined();
    const late = runOf('order');
    contention.conflicted(late, place, met);
    contention.attemptOver(late);
    expect(isWaiting(contention.enter(late))).toBe(true);
    const other = runOf('order');
    void contention.enter(other);
    expect(contention.enterFirst(other, ['b'])).toBeUndefined();
  },
);

test('The call that began first is next, whenever it came to wait.', async () => {
  const contention = new Contention();
  limitToOne(contention);
  const [holder, early, late] = [runOf('order'), runOf('order'), runOf('order')];
  for (const run of [early, late]) {
    const operation = newOperation({ command: 'withTransaction', kind: 'runner', inTransaction: false });
    run.advance({ type: 'begun', operation });
  }
  void contention.enter(holder);
  const order: string[] = [];
  const turns = [contention.enter(late)?.then(() => order.push('late'))];
  turns.push(contention.enter(early)?.then(() => order.push('early')));
  contention.leave(holder);
  await turns[1];
  contention.leave(early);
  await turns[0];
  expect(order).toEqual(['early', 'late']);
});

test('What an attempt has waited for one turn it does not wait for the next.', async () => {
  now = 100;
  const contention = new Contention();
  meet(contention, 'order', ['a', 'b']);
  const [ofA, ofB, late] = [runOf('order'), runOf('order'), runOf('order')];
  for (const run of [ofA, ofB]) void contention.enter(run);
  void contention.enterFirst(ofA, ['a']);
  void contention.enterFirst(ofB, ['b']);
  contention.conflicted(late, place, ['a', 'b']);
  contention.attemptOver(late);
  const wait = vi.spyOn(Turns.prototype, 'wait');
  const turn = contention.enter(late);
  now = 1100;
  contention.leave(ofA);
  await vi.waitFor(() => expect(wait).toHaveBeenCalledTimes(2));
  expect(wait.mock.calls.map(([, , , longestMS]) => longestMS)).toEqual([5000, 4000]);
  contention.leave(ofB);
  await turn;
});

test('A namespace is forgotten after two seconds without conflict or wait, and not while somebody has a turn.', () => {
  const contention = new Contention();
  expect(contention.isQuiet).toBe(true);
  meet(contention, 'order', []);
  now = 1999;
  const run = runOf('order');
  void contention.enter(run);
  expect(contention.isQuiet).toBe(false);
  now = 9000;
  void contention.enter(runOf('other'));
  expect(contention.isQuiet).toBe(false);
  contention.leave(run);
  void contention.enter(runOf('other'));
  expect(contention.isQuiet).toBe(true);
});

test('Exactly two seconds are enough, and another namespace stays.', () => {
  const contention = new Contention();
  meet(contention, 'order', []);
  now = 1500;
  const other = runOf('invoice');
  contention.conflicted(other, 'shop.invoices', ['a']);
  contention.leave(other);
  now = 2000;
  const [first, second] = [runOf('invoice'), runOf('invoice')];
  for (const run of [first, second]) void contention.enter(run);
  expect(contention.enterFirst(first, ['a'])).toBeUndefined();
  expect(isWaiting(contention.enterFirst(second, ['a']))).toBe(true);
  contention.leave(first);
  contention.leave(second);
  now = 9000;
  void contention.enter(runOf('other'));
  expect(contention.isQuiet).toBe(true);
});

test('A forgotten namespace begins anew, without its limit.', () => {
  const contention = new Contention();
  limitToOne(contention);
  now = 2000;
  void contention.enter(runOf('order'));
  meet(contention, 'order', []);
  for (const run of [runOf('order'), runOf('order')]) expect(contention.enter(run)).toBeUndefined();
});

test.each([
  { stopped: 'the call', with: 'the call alone' },
  { stopped: 'the operation', with: 'the operation alone' },
  { stopped: 'the call', with: 'both' },
  { stopped: 'the operation', with: 'both' },
])(
  'The signal of $stopped ends a wait for a document, with the signal of $with.',
  async ({ stopped, with: which }) => {
    const contention = new Contention();
    meet(contention, 'order', ['a']);
    const [ofCall, ofOperation] = [new AbortController(), new AbortController()];
    const holder = runOf('order');
    const late = runOf('order', which === 'the operation alone' ? undefined : ofCall.signal);
    for (const run of [holder, late]) void contention.enter(run);
    void contention.enterFirst(holder, ['a']);
    const signal = which === 'the call alone' ? undefined : ofOperation.signal;
    const turn = contention.enterFirst(late, ['a'], signal);
    expect(isWaiting(turn)).toBe(true);
    (stopped === 'the call' ? ofCall : ofOperation).abort();
    expect(await turn).toBe(false);
    expect(contention.waiting).toBe(0);
  },
);

test('Inside the callback of another transaction nothing waits: it may be the one that would be waited for.', () => {
  const contention = new Contention();
  limitToOne(contention);
  void contention.enter(runOf('order'));
  const outer = runOf('outer');
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const attempt = outer.enter({ record: openRecord(start), driverSession: undefined });
  const inner = runInScope({ kind: 'transaction', parent: undefined, client: {}, attempt, token: {} }, () =>
    contention.enter(runOf('order')),
  );
  expect(inner).toBeUndefined();
  expect(isWaiting(contention.enter(runOf('order')))).toBe(true);
});
