import { type Deadline, Deadlines, reading, type Task, within } from '../../platform/time/timed-calls.ts';
import { SessionGuardError } from '../../errors/errors.ts';
import type { Call, SessionBackend } from '../backend/backend.ts';
import { isRefused } from '../backend/refused.ts';
import { type StoreOutcome, StoreUnavailableError } from '../errors.ts';
import { SetUp } from './set-up.ts';

type Send<R> = (backend: SessionBackend, call: Call) => Promise<R>;

/** The only path to the back end: after its set-up, with a deadline, and with errors that say what is known. */
export class Calls {
  readonly #backend: SessionBackend;
  readonly #timeoutMS: number;
  readonly #deadlines: Deadlines;
  readonly #setUp: SetUp;

  constructor(backend: SessionBackend, options: { readonly timeoutMS: number; readonly setUp: boolean }) {
    this.#backend = backend;
    this.#timeoutMS = options.timeoutMS;
    this.#deadlines = new Deadlines(options.timeoutMS);
    this.#setUp = new SetUp(backend, options.setUp);
  }

  setUp(): Promise<void> {
    return this.#setUp.done();
  }

  /** @throws StoreUnavailableError if the back end fails, or does not finish in time */
  run<R>(task: Task, send: Send<R>): Promise<R> {
    return this.#setUp.isDone ? this.#send(task, send) : this.#sendAfterSetUp(task, send);
  }

  async #sendAfterSetUp<R>(task: Task, send: Send<R>): Promise<R> {
    await this.#within(this.#deadlines.next(), reading(task.doing), this.#setUp.done());
    return this.#send(task, send);
  }

  #send<R>(task: Task, send: Send<R>): Promise<R> {
    // Taken only now, because a deadline that no call waits for may be dismissed, and then never comes.
    const deadline = this.#deadlines.next();
    const answer = begun(() => send(this.#backend, deadline));
    return this.#within(deadline, task, answer);
  }

  #within<R>(deadline: Deadline, task: Task, answer: Promise<R>): Promise<R> {
    return within(deadline, answer, {
      late: () => this.#tooLate(task),
      failed: error => this.#failed(task, error, deadline.signal.aborted),
    });
  }

  /** The store's error for a back end's error about one of several keys. */
  failed(task: Task, error: Error): unknown {
    return this.#failed(task, error, false);
  }

  #failed(task: Task, error: unknown, late: boolean): unknown {
    if (error instanceof SessionGuardError) return error;
    if (late) return this.#tooLate(task);
    if (task.writes && isRefused(error))
      return new StoreUnavailableError(
        `${this.#nameOf(task)} has refused ${task.doing}: nothing was done. The cause says why.`,
        { cause: error, outcome: 'not done' },
      );
    const outcome = outcomeOf(task);
    return new StoreUnavailableError(
      `${this.#nameOf(task)} failed while ${task.doing}${outcomeWords(outcome)}. The cause says why.`,
      { cause: error, outcome },
    );
  }

  #nameOf({ asked = this.#backend.name }: Task): string {
    return asked;
  }

  #tooLate(task: Task): StoreUnavailableError {
    const outcome = outcomeOf(task);
    return new StoreUnavailableError(
      `${this.#nameOf(task)} has not answered within ${this.#timeoutMS} ms while ${task.doing}${outcomeWords(outcome)}. Check whether the server can be reached and is not overloaded; the limit is the store's option timeoutMS.`,
      { outcome, timedOut: true },
    );
  }
}

/** Also handles a back end that throws before it returns a promise. */
function begun<R>(send: () => Promise<R>): Promise<R> {
  try {
    return Promise.resolve(send());
  } catch (error) {
    return Promise.reject(error);
  }
}

function outcomeOf({ writes }: Task): StoreOutcome {
  return writes ? 'unknown' : 'not done';
}

function outcomeWords(outcome: StoreOutcome): string {
  return outcome === 'unknown' ? ': whether it was done is not known' : '';
}
