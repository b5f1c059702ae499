import { clock, setImmediate, setTimeout } from '../../platform/time/clock.ts';

/** How often a stop looks whether its work is done, in milliseconds. */
const lookEveryMS = 5;

interface Outcome {
  readonly done: boolean;
  readonly error?: unknown;
}

/** The grace of one stop. */
export class Deadline {
  #at = Infinity;

  start(graceMS: number): void {
    this.#at = clock.now() + graceMS;
  }

  /** The time that is left, in milliseconds. */
  left(): number {
    return Math.max(0, this.#at - clock.now());
  }

  /** The grace is over now. */
  end(): void {
    this.#at = Math.min(this.#at, clock.now());
  }

  /** @returns whether it became true in time */
  async until(isDone: () => boolean): Promise<boolean> {
    for (;;) {
      if (isDone()) return true;
      if (this.left() === 0) return false;
      await pause();
    }
  }

  /**
   * Waits for a promise, whatever becomes of it.
   * @param extraMS how long after the grace; all promises share this time, so that the whole stop has an end
   * @returns its error, if it was rejected in time
   */
  async settled(promise: PromiseLike<unknown>, extraMS: number): Promise<Outcome> {
    let outcome: Outcome = { done: false };
    const follow = async () => {
      try {
        await promise;
        outcome = { done: true };
      } catch (error) {
        outcome = { done: true, error };
      }
    };
    void follow();
    while (!outcome.done && clock.now() < this.#at + extraMS) await pause();
    // A promise that has settled already, as most do, counts as done also if no time is left.
    await Promise.resolve();
    return outcome;
  }
}

/**
 * A timer that comes late, on a busy machine, runs before the connections are read. What they have brought is seen after the
 * next round of input and output: that is when `setImmediate` runs.
 */
function pause(): Promise<void> {
  return new Promise(resolve => {
    setTimeout(() => setImmediate(resolve), lookEveryMS);
  });
}
