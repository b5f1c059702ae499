import { longestSeconds } from '../options/longest.ts';

/** The clocks of those who still look into another store may be as far behind. */
const slackMS = 24 * 60 * 60 * 1000;

/** How long a fence stands: longer than any session and any log-in takes, and while sessions may still come from another store. */
export class FenceLife {
  readonly #leastMS: number;
  #until = Number.NEGATIVE_INFINITY;

  constructor(leastMS: number) {
    this.#leastMS = leastMS;
  }

  /** @param time milliseconds since 1970 by the clock of the application */
  reach(time: number): void {
    this.#until = Math.max(this.#until, time);
  }

  /** Of one that is raised now, in milliseconds. */
  get ms(): number {
    const left = this.#until + slackMS - Date.now();
    return Math.min(Math.max(this.#leastMS, left), longestSeconds * 1000);
  }
}
