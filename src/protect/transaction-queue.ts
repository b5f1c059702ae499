/** One at a time, first come first served. Taking a free turn costs nothing and needs no promise. */
export class TransactionQueue {
  #busy = false;
  readonly #waiting: (() => void)[] = [];

  /**
   * @param signal gives up waiting; the promise is rejected with its reason, and no turn is taken
   * @returns undefined if the turn is taken at once, else a promise of it
   */
  enter(signal?: AbortSignal): Promise<void> | undefined {
    if (!this.#busy) {
      this.#busy = true;
      return undefined;
    }
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const take = () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.splice(this.#waiting.indexOf(take), 1);
        reject(signal?.reason);
      };
      this.#waiting.push(take);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  leave(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#busy = false;
    else next();
  }
}
