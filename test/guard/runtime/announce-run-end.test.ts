import { expect, onTestFinished, test, vi } from 'vitest';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import { newOperation } from '../../../src/guard/events/operation.ts';
import type { TransactionSummary } from '../../../src/guard/runtime/transaction/transaction-summary.ts';
import { World } from '../../../src/guard/events/world.ts';
import { Reporter } from '../../../src/guard/findings/reporter.ts';
import { configureRules } from '../../../src/guard/rules/engine/configure.ts';
import { ClientGuard, observing } from '../../../src/guard/runtime/client/client-guard.ts';
import { LiveSession } from '../../../src/guard/runtime/session/live-session.ts';
import { announceRunEnd, type RunEnd } from '../../../src/guard/runtime/transaction/announce-run-end.ts';
import { TransactionRun } from '../../../src/guard/runtime/transaction/transaction-run.ts';
import { byHand, type RunnerControl } from '../../../src/guard/runtime/transaction/wanted.ts';
import { clock } from '../../../src/platform/time/clock.ts';

/** A session whose client has a listener, at a time that the test moves. */
class Stage {
  readonly heard: TransactionSummary[] = [];
  readonly live: LiveSession;
  readonly clock = vi.spyOn(clock, 'now').mockReturnValue(1000);

  constructor() {
    onTestFinished(() => this.clock.mockRestore());
    const pipeline = new EventPipeline(new World(), error => {
      throw error;
    });
    const reporter = new Reporter({ deliver() {}, isAllowed: () => false });
    const guard = new ClientGuard(3, pipeline, reporter, configureRules([]), observing);
    this.live = new LiveSession(guard.open({ type: 'session.started', session: 5, by: 'user' }), guard);
    guard.runListeners.add(summary => this.heard.push(summary));
  }

  /** A transaction that was begun at 2000. */
  begin(run = new TransactionRun(this.live.record)): TransactionRun {
    this.clock.mockReturnValue(2000);
    const { guard, record } = this.live;
    guard.publish({ type: 'transaction.started', session: 5, by: run.by, standalone: false }, record);
    run.advance({ type: 'started' });
    run.enter({ record, driverSession: undefined });
    this.clock.mockReturnValue(2750);
    return run;
  }

  /** An operation of the transaction fails. */
  fail(error: Error): void {
    const { guard, record } = this.live;
    const operation = newOperation({ command: 'insert', kind: 'write', inTransaction: true });
    guard.publish(
      { type: 'operation.requested', session: 5, operation, foreign: false, attemptOver: false },
      record,
    );
    this.live.failed(operation, error);
  }

  end(run: TransactionRun, end?: RunEnd): TransactionSummary | undefined {
    announceRunEnd(this.live, run, end);
    return this.heard.at(-1);
  }
}

function serverError(code: number): Error {
  return Object.assign(new Error('no'), { name: 'MongoServerError', code, errorLabels: [] });
}

/** A call of `withTxn` that answers each error with this one. */
function controlOf(answer: unknown, signal = new AbortController().signal): RunnerControl {
  return {
    signal,
    rejection: error => error,
    answer: () => answer,
    beforeStart() {},
    beforeCommit() {},
    commitAnswered() {},
  };
}

const base = {
  v: 1,
  type: 'transaction.ended',
  at: 2750,
  client: 3,
  session: 5,
  attempts: 1,
  durationMS: 750,
};

test('The summary of a committed transaction has its times, and no reason.', () => {
  const stage = new Stage();
  const run = stage.begin();
  stage.fail(serverError(112));
  run.advance({ type: 'committed', by: 'user' });
  expect(stage.end(run)).toStrictEqual({ ...base, outcome: 'committed' });
  expect(run.isReported).toBe(true);
});

test('An end is reported once.', () => {
  const stage = new Stage();
  const run = stage.begin();
  run.advance({ type: 'committed', by: 'user' });
  stage.end(run);
  stage.end(run, 'abort');
  expect(stage.heard).toHaveLength(1);
});

test('A session without a transaction has no end of a transaction; a runner that begins no attempt has one.', () => {
  const stage = new Stage();
  stage.end(stage.live.run, 'session ended');
  expect(stage.heard).toEqual([]);
  const runner = new TransactionRun(stage.live.record, { ...byHand, name: 'order' });
  const summary = stage.end(runner, { error: serverError(1) });
  expect(summary).toMatchObject({ attempts: 0, durationMS: 0, name: 'order', outcome: 'aborted' });
});

test.each<[RunEnd, string]>([
  ['abort', 'abort'],
  ['session ended', 'session ended'],
  [undefined, 'abort'],
  [{ error: new Error('own') }, 'error'],
])('The reason of an end by %s is `%s`.', (end, reason) => {
  const stage = new Stage();
  const run = stage.begin();
  expect(stage.end(run, end)).toMatchObject({ outcome: 'aborted', reason });
});

test('A rolled back transaction names the first operation that failed, if its caller got no error.', () => {
  const stage = new Stage();
  const run = stage.begin();
  stage.fail(serverError(112));
  stage.fail(serverError(251));
  expect(stage.end(run, 'abort')?.error).toMatchObject({ code: 112, reachedServer: true });
});

test('The error that the caller got comes before the first that failed.', () => {
  const stage = new Stage();
  const run = stage.begin();
  stage.fail(serverError(112));
  expect(stage.end(run, { error: serverError(7) })?.error?.code).toBe(7);
});

test('After a commit that failed, an end without an error names the first operation that failed.', () => {
  const stage = new Stage();
  const run = stage.begin();
  stage.fail(serverError(112));
  run.advance({ type: 'commit failed', by: 'user', unknown: false, error: serverError(251) });
  expect(stage.end(run, 'abort')).toMatchObject({ outcome: 'aborted', error: { code: 112 } });
});

test('A runner that was left before its first attempt has no error.', () => {
  const stage = new Stage();
  const summary = stage.end(new TransactionRun(stage.live.record, byHand));
  expect(summary).toMatchObject({ attempts: 0, outcome: 'aborted', reason: 'abort' });
  expect(summary).not.toHaveProperty('error');
});

test('A commit of which nobody knows the outcome is unknown, with its error.', () => {
  const stage = new Stage();
  const run = stage.begin();
  stage.fail(serverError(112));
  run.advance({ type: 'commit failed', by: 'user', unknown: true, error: serverError(91) });
  expect(stage.end(run, 'session ended')).toMatchObject({
    outcome: 'unknown',
    reason: 'error',
    error: { code: 91 },
  });
});

test('A runner is measured from its call, and reports the error that its caller gets.', () => {
  const stage = new Stage();
  const control = controlOf(serverError(50));
  const run = new TransactionRun(stage.live.record, { ...byHand, control });
  stage.clock.mockReturnValue(1500);
  const operation = newOperation({ command: 'withTransaction', kind: 'runner', inTransaction: false });
  run.advance({ type: 'begun', operation });
  stage.begin(run);
  const summary = stage.end(run, { error: serverError(112) });
  expect(summary).toMatchObject({ durationMS: 1250, reason: 'error', error: { code: 50 } });
  expect(summary).not.toHaveProperty('name');
});

test('A call that was stopped says so.', () => {
  const stage = new Stage();
  const control = controlOf(serverError(50), AbortSignal.abort());
  const run = stage.begin(new TransactionRun(stage.live.record, { ...byHand, control }));
  expect(stage.end(run, { error: serverError(112) })?.reason).toBe('stopped');
});

test('A summary has the request of its session; an end without listeners counts as reported, too.', () => {
  const stage = new Stage();
  stage.live.record.context = { read: () => ({ id: 'a', startedAt: 1 }), close() {}, log: undefined };
  expect(stage.end(stage.begin(), 'abort')?.context).toEqual({ id: 'a', startedAt: 1 });
  stage.live.guard.runListeners.clear();
  const other = stage.begin();
  stage.end(other, 'abort');
  expect(stage.heard).toHaveLength(1);
  expect(other.isReported).toBe(true);
});
