import { clock } from '../../../session/clock.ts';

/** After so long a measurement is taken once more: clocks drift, and are set. */
const staleAfterMS = 60_000;

/**
 * The time by the server's clock, as far as its last answers tell. Counted on with the monotonic clock: the application's own
 * time of day may be wrong, and may jump.
 */
export class ServerTime {
  /** Server's time less monotonic time lies between these. */
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;
  #measuredAt = Number.NEGATIVE_INFINITY;

  /** False before the first measurement and when the last one is a minute old. */
  get isKnown(): boolean {
    return clock.now() - this.#measuredAt < staleAfterMS;
  }

  /**
   * @param time what the server said, cut off to a millisecond
   * @param sentAt when it was asked, by the monotonic clock
   */
  note(time: number, sentAt: number): void {
    const now = clock.now();
    const least = time - now;
    const most = time + 1 - sentAt;
    // What contradicts the last answers means that the server's clock was set.
    const agrees = this.isKnown && least <= this.#most && this.#least <= most;
    this.#least = agrees ? Math.max(least, this.#least) : least;
    this.#most = agrees ? Math.min(most, this.#most) : most;
    this.#measuredAt = now;
  }

  /** The latest that it can be now. */
  latest(): number {
    return Math.ceil(clock.now() + this.#most);
  }

  /** The earliest that it can have been at a moment of the monotonic clock. */
  earliestAt(moment: number): number {
    return Math.floor(moment + this.#least);
  }
}
