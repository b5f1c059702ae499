import { longestSeconds } from '../options/settings.ts';

/** The clocks of processes that still read another store may be this far behind. */
const slackMS = 24 * 60 * 60 * 1000;

/**
 * How long a revocation mark lasts: longer than any session and any log-in, and as long as sessions may still come from another
 * store.
 */
export class RevocationMarkLife {
  readonly #leastMS: number;
  #until = Number.NEGATIVE_INFINITY;

  constructor(leastMS: number) {
    this.#leastMS = leastMS;
  }

  /** @param time milliseconds since 1970 by the clock of the application */
  reach(time: number): void {
    this.#until = Math.max(this.#until, time);
  }

  /** The lifetime of a mark that is set now, in milliseconds. */
  get ms(): number {
    const left = this.#until + slackMS - Date.now();
    return Math.min(Math.max(this.#leastMS, left), longestSeconds * 1000);
  }
}
