interface WaitingStart {
  readonly started: Promise<void>;
  begun: boolean;
}

/**
 * The transactions of one session that were started while the end of the previous one was in flight. `startTransaction` returns
 * at once and cannot wait: so the operations that follow on the session wait.
 */
export class WaitingStarts {
  #last: WaitingStart | undefined;
  /** By operation. */
  readonly #behind = new Map<number, WaitingStart>();

  /** Settles when the last of them has started; undefined if none waits. */
  get last(): Promise<void> | undefined {
    return this.#last?.started;
  }

  /** Notes that an operation was begun that sends its commands later: they will wait. */
  note(operation: number): void {
    if (this.#last !== undefined) this.#behind.set(operation, this.#last);
  }

  /** True for an operation that waits: an end must not wait for it, because it waits for that end. */
  isBehind(operation: number): boolean {
    return this.#behind.get(operation)?.begun === false;
  }

  /**
   * @param ending returns the commit or abort in flight; called when it is the turn of this transaction
   * @param start begins the transaction; everything that waits for it is rejected with its error
   */
  add(ending: () => Promise<unknown> | undefined, start: () => void): void {
    const begin = () => {
      waiting.begun = true;
      if (this.#last === waiting) this.#leave();
      start();
    };
    const wait = () => ending()?.then(begin, begin) ?? begin();
    const before = this.last ?? Promise.resolve();
    const waiting: WaitingStart = { started: before.then(wait, wait), begun: false };
    this.#last = waiting;
    // Nobody has to wait for it.
    waiting.started.catch(() => undefined);
  }

  #leave(): void {
    this.#last = undefined;
    this.#behind.clear();
  }
}
