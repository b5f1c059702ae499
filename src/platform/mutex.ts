/** One at a time, in the order of the calls. Entering a free mutex costs nothing and needs no promise. */
export class Mutex {
  #busy = false;
  /** Made for the first that has to wait. */
  #waiting: (() => void)[] | undefined;

  /**
   * @param signal stops the wait; the promise is rejected with its reason, and no turn is taken
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
      const waiting = (this.#waiting ??= []);
      const giveUp = () => {
        waiting.splice(waiting.indexOf(take), 1);
        reject(signal?.reason);
      };
      waiting.push(take);
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  get isTaken(): boolean {
    return this.#busy;
  }

  leave(): void {
    const next = this.#waiting?.shift();
    if (next === undefined) this.#busy = false;
    else next();
  }
}

/** A mutex for each object: the calls for one object run one after another. */
export class ObjectMutex {
  readonly #mutexes = new WeakMap<object, Mutex>();

  /** True if a call for this object is running. */
  isTaken(object: object): boolean {
    return this.#mutexes.get(object)?.isTaken === true;
  }

  /** Calls `work` at once if no other call for this object is running. */
  async run<R>(object: object, work: () => Promise<R>): Promise<R> {
    const mutex = this.#mutexes.get(object) ?? new Mutex();
    this.#mutexes.set(object, mutex);
    const turn = mutex.enter();
    if (turn !== undefined) await turn;
    try {
      return await work();
    } finally {
      mutex.leave();
    }
  }
}
