/** One at a time, first come first served. Taking a free turn costs nothing and needs no promise. */
export class TransactionQueue {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  /** @returns undefined if the turn is taken at once, else a promise of it. */
  enter(): Promise<void> | undefined {
    if (!this.#busy) {
      this.#busy = true;
      return undefined;
    }
    return new Promise(resolve => this.#waiting.push(resolve));
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy = false;
    else next();
  }
}
