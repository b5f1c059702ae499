import { array, assert, boolean, constantFrom, oneof, property, record } from '../../support/properties.ts';
import { expect, test } from 'vitest';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { openRecord } from '../../../src/guard/events/reducer.ts';
import type { PhaseEvent } from '../../../src/guard/runtime/transaction/run-events.ts';
import { TransactionRun } from '../../../src/guard/runtime/transaction/transaction-run.ts';
import type { AttemptScope } from '../../../src/guard/scope/async-scope.ts';
import { parseTrace } from '../../../src/testing/index.ts';

const caller = constantFrom<'runner' | 'user'>('runner', 'user');

/** Events that say all by themselves, in any order: also in orders in which no driver sends them. */
const phaseEvent = oneof(
  constantFrom<PhaseEvent>({ type: 'returned' }, { type: 'returned nothing' }, { type: 'cut off' }),
  constantFrom<PhaseEvent>({ type: 'session ended' }),
  record({ type: constantFrom('drained' as const), failed: boolean() }),
  record({
    type: constantFrom('ending' as const),
    as: constantFrom('commit' as const, 'abort' as const),
    by: caller,
  }),
  record({ type: constantFrom('committed' as const), by: caller }),
  record({ type: constantFrom('aborted' as const), by: caller }),
  record({ type: constantFrom('commit failed' as const), by: caller, unknown: boolean() }),
  record({ type: constantFrom('finished' as const), unknown: boolean() }),
);
const otherEvent = constantFrom(
  'started',
  'entered',
  'rollback only',
  'rollback only of an old attempt',
  'refused',
);
const anyEvent = oneof({ weight: 2, arbitrary: phaseEvent }, { weight: 1, arbitrary: otherEvent });

function newRun(kind: 'runner' | 'user'): TransactionRun {
  const [start] = parseTrace('start');
  if (start?.type !== 'session.started') throw new Error('A trace begins with start.');
  const session = openRecord(start);
  return kind === 'user'
    ? new TransactionRun(session)
    : new TransactionRun(session, new TransactionRun(session).wanted);
}

const session = { record: undefined, behind: undefined } as unknown as AttemptScope['session'];

/** A run, and what must be true of it after each event. */
class Checked {
  readonly run: TransactionRun;
  readonly #attempts: AttemptScope[] = [];
  readonly #overs = new Set<AttemptScope>();
  readonly #firstErrors = new Map<AttemptScope, unknown>();
  #hasCommitted = false;
  #isRefused = false;

  constructor(kind: 'runner' | 'user') {
    this.run = newRun(kind);
  }

  play(event: PhaseEvent | string): void {
    const { run } = this;
    const before = { phase: run.phase, errors: run.errors };
    if (typeof event === 'string') this.#other(event);
    else run.advance(event);
    if (event === 'started') expect(run.errors).not.toBe(before.errors);
    else expect(run.errors).toBe(before.errors);
    if (typeof event !== 'string') this.#phaseAfter(event, before.phase);
    else if (event !== 'started' && event !== 'entered') expect(run.phase).toBe(before.phase);
    this.#always();
  }

  #other(event: string): void {
    const { run } = this;
    const attempt = event === 'rollback only' ? run.attempt : this.#attempts.at(-2);
    if (event === 'started') run.advance({ type: 'started' });
    if (event === 'entered') this.#attempts.push(run.enter(session));
    if (event === 'refused') {
      run.advance({ type: 'refused' });
      this.#isRefused = true;
    }
    if (!event.startsWith('rollback only') || attempt === undefined) return;
    const error = new Error(event);
    run.advance({ type: 'rollback only', attempt, error });
    if (event === 'rollback only' && !this.#firstErrors.has(attempt)) this.#firstErrors.set(attempt, error);
  }

  /** What one event changes, and what it leaves. */
  #phaseAfter(event: PhaseEvent, before: TransactionRun['phase']): void {
    const { run } = this;
    if (event.type === 'committed') this.#hasCommitted = true;
    const isDecided = before === 'committed' || before === 'unknown';
    // The user's code inside a runner's callback does not move the runner, and the other way round.
    if ('by' in event && event.by !== run.by) expect(run.phase).toBe(before);
    else if (event.type === 'committed' || event.type === 'aborted') expect(run.phase).toBe(event.type);
    else if (event.type === 'commit failed') expect(run.phase).toBe(event.unknown ? 'unknown' : 'aborted');
    else if (event.type === 'ending' && event.as === 'abort' && (isDecided || before === 'aborted'))
      expect(run.phase).toBe(before);
    else if (event.type === 'ending' && event.as === 'commit' && before === 'committed')
      expect(run.phase).toBe('committed');
    else if (event.type === 'session ended')
      expect(run.phase).toBe(run.by === 'user' && !isDecided ? 'aborted' : before);
    else if (event.type === 'finished' && this.#hasCommitted) expect(run.phase).toBe('committed');
    else if (event.type === 'finished') expect(run.phase).toBe(event.unknown ? 'unknown' : 'aborted');
    else if (event.type === 'cut off') expect(run.phase).toBe(before);
    if (leavesAttempt(event, run.by) && run.attempt !== undefined) expect(run.attempt.over).toBe(true);
  }

  #always(): void {
    const { run } = this;
    expect(run.hasCommitted).toBe(this.#hasCommitted);
    expect(run.isRefused).toBe(this.#isRefused);
    expect(run.attempts).toBe(this.#attempts.length);
    expect(run.attempt).toBe(this.#attempts.at(-1));
    expect(run.isInLoop).toBe(run.by === 'runner' && run.phase !== 'callback' && run.phase !== 'draining');
    for (const attempt of this.#attempts) {
      // What is over stays over.
      if (attempt.over) this.#overs.add(attempt);
      expect(attempt.over).toBe(this.#overs.has(attempt));
      expect(attempt.rollbackOnly?.error).toBe(this.#firstErrors.get(attempt));
    }
  }
}

function leavesAttempt(event: PhaseEvent, by: 'runner' | 'user'): boolean {
  if (event.type === 'committed' || event.type === 'aborted') return by === 'user' && event.by === 'user';
  return event.type === 'drained' || event.type === 'cut off' || event.type === 'session ended';
}

test.each(['runner', 'user'] as const)(
  'Whatever events a run by the %s gets, in any order: it keeps its promises.',
  kind => {
    assert(
      property(array(anyEvent, { maxLength: 30 }), events => {
        const checked = new Checked(kind);
        for (const event of events) checked.play(event);
      }),
      { numRuns: 2000 },
    );
  },
);

test('An operation that fails is noted in the errors of the attempt that runs.', () => {
  const run = newRun('runner');
  run.advance({ type: 'started' });
  run.enter(session);
  const operation = newOperation({ command: 'insert', kind: 'write', inTransaction: true });
  const error = new Error('no');
  run.advance({ type: 'operation failed', operation, error });
  expect(run.errors.operationOf(error)).toBe(operation);
  run.advance({ type: 'started' });
  expect(run.errors.operationOf(error)).toBeUndefined();
});
