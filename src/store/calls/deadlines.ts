import { setMaxListeners } from 'node:events';
import { clock } from '../../session/clock.ts';
import { clearTimeout, setTimeout } from '../../guard/timers.ts';

/** A point in time at which every call that still runs is given up. Calls that begin at about the same time share one. */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #waiting = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;

  constructor(afterMS: number) {
    // Each call of the moment may listen to it.
    setMaxListeners(0, this.signal);
    this.#timer = setTimeout(() => this.#over(), afterMS).unref();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Keeps the process alive until the returned function is called, or the time is up.
   * @param over called when the time is up
   */
  wait(over: () => void): () => void {
    if (this.#waiting.size === 0) this.#timer.ref();
    this.#waiting.add(over);
    return () => {
      this.#waiting.delete(over);
      if (this.#waiting.size === 0) this.#timer.unref();
    };
  }

  /** For one that nobody will wait for any more. */
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

/** Hands out deadlines. A timer and a signal for every call would cost more than the call's own work. */
export class Deadlines {
  readonly #timeoutMS: number;
  readonly #sliceMS: number;
  #current: Deadline | undefined;
  #currentUntil = 0;

  constructor(timeoutMS: number) {
    this.#timeoutMS = timeoutMS;
    this.#sliceMS = Math.min(timeoutMS / 10, 100);
  }

  /** One that comes after `timeoutMS` at the earliest, and at most a tenth of it, or 100 ms, later. */
  next(): Deadline {
    const now = clock.now();
    if (this.#current !== undefined && now < this.#currentUntil) return this.#current;
    this.#current?.dismiss();
    this.#current = new Deadline(this.#timeoutMS + this.#sliceMS);
    this.#currentUntil = now + this.#sliceMS;
    return this.#current;
  }
}
