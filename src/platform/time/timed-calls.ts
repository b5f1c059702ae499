import { setMaxListeners } from 'node:events';
import { clearTimeout, clock, setTimeout } from './clock.ts';
import { setTimeout as sleep } from 'node:timers/promises';

/** The action of a call, in the words of a message: `'reading a session'`. */
export interface Task {
  readonly doing: string;
  /** Whether it changes something, so that a failure leaves the outcome unknown. */
  readonly writes: boolean;
  /** The name of the server in messages, if it is not the usual one. */
  readonly asked?: string;
}

export const reading = (doing: string): Task => ({ doing, writes: false });
export const writing = (doing: string): Task => ({ doing, writes: true });

/**
 * A point in time at which all running calls with this deadline stop. Calls that begin at about the same time share a deadline.
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(afterMS: number) {
    // Many calls may listen to the same signal.
    setMaxListeners(0, this.signal);
    this.#timer = setTimeout(() => this.#over(), afterMS).unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Keeps the process alive until the returned function is called, or the time is up.
   * @param over called if the time is up
   */
  wait(over: () => void): () => void {
    if (this.#waiting.size === 0) this.#timer.ref();
    this.#waiting.add(over);
    return () => {
      this.#waiting.delete(over);
      if (this.#waiting.size === 0) this.#timer.unref();
    };
  }

  /** Ends a deadline that no call will wait for any more. */
  dismiss(): void {
    if (this.#waiting.size === 0) clearTimeout(this.#timer);
  }

  #over(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const over of waiting) over();
    this.#controller.abort();
  }
}

/** Creates deadlines. A timer and a signal for every call would cost more than the call's own work. */
export class Deadlines {
  readonly #timeoutMS: number;
  readonly #sliceMS: number;
  #current: Deadline | undefined;
  #currentUntil = 0;

  constructor(timeoutMS: number) {
    this.#timeoutMS = timeoutMS;
    this.#sliceMS = Math.min(timeoutMS / 10, 100);
  }

  /** A deadline that comes after `timeoutMS` at the earliest, and at most a tenth of it, or 100 ms, later. */
  next(): Deadline {
    const now = clock.now();
    if (this.#current !== undefined && now < this.#currentUntil) return this.#current;
    this.#current?.dismiss();
    this.#current = new Deadline(this.#timeoutMS + this.#sliceMS);
    this.#currentUntil = now + this.#sliceMS;
    return this.#current;
  }
}

/**
 * Waits for the answer until the deadline. The work itself continues.
 * @param late returns the error for an answer that comes too late
 * @param failed returns the error for the caller if the work fails; by default the same error
 */
export function within<R>(
  deadline: Deadline,
  answer: Promise<R>,
  {
    late,
    failed = error => error,
  }: { readonly late: () => Error; readonly failed?: (error: unknown) => unknown },
): Promise<R> {
  return new Promise((resolve, reject) => {
    const settled = deadline.wait(() => reject(late()));
    const answered = (value: R): void => {
      settled();
      resolve(value);
    };
    const rejected = (error: unknown): void => {
      settled();
      reject(failed(error));
    };
    answer.then(answered, rejected);
  });
}

/** Waits for the answer until the caller aborts. The work itself continues. */
export function abortable<R>(answer: Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/**
 * Waits before the next attempt: between half and the whole of a time that doubles with each attempt, so that two conflicting
 * calls do not conflict again.
 * @param attempt from 0
 * @param firstMS the longest wait before the second attempt
 */
export async function backOff(attempt: number, firstMS: number, signal: AbortSignal): Promise<void> {
  const most = firstMS * 2 ** attempt;
  await sleep(most * (0.5 + Math.random() / 2), undefined, { signal });
}
