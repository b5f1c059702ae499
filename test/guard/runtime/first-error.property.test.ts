import { array, assert, boolean, constantFrom, integer, property, record } from '../../support/properties.ts';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ClientGuard, observing } from '../../../src/guard/runtime/client/client-guard.ts';
import { LiveSession, requested } from '../../../src/guard/runtime/session/live-session.ts';
import { configureRules } from '../../../src/guard/rules/engine/configure.ts';
import { Reporter } from '../../../src/guard/findings/reporter.ts';
import { swallowedError } from '../../../src/guard/rules/transaction/swallowed-error.ts';
import { clock } from '../../../src/platform/time/clock.ts';
import type { Operation } from '../../../src/guard/events/events.ts';
import { newOperation } from '../../../src/guard/events/operation.ts';
import { EventPipeline } from '../../../src/guard/events/event-pipeline.ts';
import { World } from '../../../src/guard/events/world.ts';

/** One step of one of five operations: it is begun, then perhaps leaves a queue, then is answered. */
const step = record({
  operation: integer({ min: 0, max: 4 }),
  waits: boolean(),
  answer: constantFrom<'success' | number>('success', 'success', 11000, 112, 251),
  takesMS: integer({ min: 0, max: 1 }),
});

interface Step {
  readonly operation: number;
  readonly waits: boolean;
  readonly answer: 'success' | number;
  readonly takesMS: number;
}

interface Running {
  readonly operation: Operation;
  sentAt: number;
  queued: boolean;
}

interface Failed {
  readonly name: string;
  readonly code: number;
  readonly error: Error;
  readonly sentAt: number;
  readonly at: number;
}

function serverError(code: number): Error {
  const errorLabels = code === 11000 ? [] : ['TransientTransactionError'];
  return Object.assign(new Error(`code ${code}`), { name: 'MongoServerError', code, errorLabels });
}

/** The whole program, by the real record, the real rule and the real errors. */
class Program {
  now = 1;
  readonly found: string[] = [];
  /** The model: failures that no success was sent after. */
  failures: Failed[] = [];
  readonly #live: LiveSession;
  readonly #running = new Map<number, Running>();
  #begun = 0;

  constructor() {
    vi.spyOn(clock, 'now').mockImplementation(() => this.now);
    const reporter = new Reporter({
      deliver: ({ data }) => this.found.push(String(data['operation'])),
      isAllowed: () => false,
    });
    const rules = configureRules([swallowedError]);
    const guard = new ClientGuard(
      1,
      new EventPipeline(new World(), () => undefined),
      reporter,
      rules,
      observing,
    );
    const session = guard.open({ type: 'session.started', session: 1, by: 'runner' });
    this.#live = new LiveSession(session, guard);
    // By a runner, so that the rule speaks of the commit alone.
    guard.publish({ type: 'transaction.started', session: 1, by: 'runner', standalone: false }, session);
  }

  step({ operation: index, waits, answer, takesMS }: Step): void {
    this.now += takesMS;
    const running = this.#running.get(index);
    if (running === undefined) this.#begin(index, waits);
    else if (running.queued) Object.assign(running, { queued: false, sentAt: this.now });
    else this.#settle(index, running, answer);
  }

  #begin(index: number, queued: boolean): void {
    this.#begun += 1;
    const namespace = `shop.c${this.#begun}`;
    const operation = newOperation({ command: 'insert', kind: 'write', namespace, inTransaction: true });
    this.#live.guard.publish(requested(this.#live, operation, false, false), this.#live.record);
    this.#running.set(index, { operation, queued, sentAt: this.now });
  }

  #settle(index: number, { operation, sentAt }: Running, answer: Step['answer']): void {
    this.#running.delete(index);
    const waited = sentAt === operation.at ? undefined : sentAt;
    if (answer === 'success') {
      this.#live.succeeded(operation, waited);
      this.failures = this.failures.filter(({ at }) => at > sentAt);
      return;
    }
    const error = serverError(answer);
    this.#live.failed(operation, error, false, waited);
    this.failures.push({
      name: `insert on ${operation.namespace}`,
      code: answer,
      error,
      sentAt,
      at: this.now,
    });
  }

  /** What the commit is rejected with, when it answers NoSuchTransaction. */
  commit(error: Error): unknown {
    const { guard, record: session } = this.#live;
    const { name, code } = { name: error.name, code: 251 };
    const summary = { name, code, labels: ['TransientTransactionError'], reachedServer: true };
    guard.publish({ type: 'transaction.failed', session: 1, by: 'runner', error: summary }, session);
    return this.#live.run.errors.causeOf(error);
  }

  cause(): Failed | undefined {
    const [first] = this.failures;
    if (first?.code !== 251) return first;
    return this.failures.find(({ code, sentAt }) => code !== 251 && sentAt < first.at) ?? first;
  }
}

test('The finding and the thrown error name the same cause, whatever the order of requests, turns and answers.', () => {
  onTestFinished(() => void vi.restoreAllMocks());
  assert(
    property(array(step, { minLength: 3, maxLength: 30 }), steps => {
      const program = new Program();
      for (const one of steps) program.step(one);
      const gone = serverError(251);
      const thrown = program.commit(gone);
      const cause = program.cause();
      expect(thrown).toBe(cause?.error ?? gone);
      expect(program.found).toEqual(cause === undefined ? [] : [cause.name]);
    }),
    { numRuns: 2000 },
  );
});
