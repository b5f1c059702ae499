/** If more than this share of the attempts of a round conflict, fewer run at once. */
const tooMany = 0.2;
/** If less than this share conflicts, more may run at once. */
const few = 0.08;
/** The attempts of a round: at least this number, and at least as many as could run at once. */
const shortestRound = 8;
/** After at most this number of rounds with few conflicts, one more may run at once. */
const longestPatience = 32;

/**
 * How many attempts may run at once. The limit follows the share of attempts that conflict, round by round: if the share is
 * large, the limit falls by this share; if it is small, the limit rises by one. Each time that such a rise brings conflicts, the
 * next rise comes later.
 */
export class Conflicts {
  #limit = Infinity;
  #attempts = 0;
  #conflicted = 0;
  /** The most that ran at once in this round. */
  #most = 0;
  /** Rounds with few conflicts since the last change. */
  #calm = 0;
  /** How many of those there must be before one more is tried. */
  #patience = 1;
  /** The last change was one more. */
  #hasTried = false;

  get limit(): number {
    return this.#limit;
  }

  /**
   * One attempt is over.
   * @param running how many ran at once, this one among them
   * @param areWaiting others wait for their turn: only then does the limit matter
   */
  add(hasConflicted: boolean, running: number, areWaiting: boolean): void {
    this.#attempts += 1;
    if (hasConflicted) this.#conflicted += 1;
    this.#most = Math.max(this.#most, running);
    if (this.#attempts < Math.max(shortestRound, Math.min(this.#limit, this.#most))) return;
    const share = this.#conflicted / this.#attempts;
    if (share > tooMany) this.#fewer(share);
    else if (share < few && areWaiting) this.#more();
    this.#attempts = 0;
    this.#conflicted = 0;
    this.#most = 0;
  }

  #fewer(share: number): void {
    const before = Math.min(this.#limit, this.#most);
    if (this.#hasTried) this.#patience = Math.min(longestPatience, this.#patience * 2);
    this.#limit = Math.max(1, Math.floor(before * (1 - share)));
    this.#hasTried = false;
    this.#calm = 0;
  }

  #more(): void {
    this.#calm += 1;
    if (this.#calm < this.#patience) return;
    if (this.#hasTried) this.#patience = Math.max(1, this.#patience - 1);
    this.#limit += 1;
    this.#hasTried = true;
    this.#calm = 0;
  }
}
