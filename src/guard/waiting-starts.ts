interface WaitingStart {
  readonly started: Promise<void>;
  begun: boolean;
}

/**
 * The transactions of one session that were started while the one before was on its way to its end. `startTransaction` returns
 * at once and cannot wait: what follows it on the session does.
 */
export class WaitingStarts {
  #last: WaitingStart | undefined;
  /** By operation. */
  readonly #behind = new Map<number, WaitingStart>();

  /** Settles when the last of them has started; undefined if none waits. */
  get last(): Promise<void> | undefined {
    return this.#last?.started;
  }

  /** An operation is begun that sends its commands later: they will wait. */
  note(operation: number): void {
    if (this.#last !== undefined) this.#behind.set(operation, this.#last);
  }

  /** True for an operation that waits: what ends now must not wait for it in turn. */
  isBehind(operation: number): boolean {
    return this.#behind.get(operation)?.begun === false;
  }

  /**
   * @param ending the commit or abort that is in flight; asked for when it is this one's turn
   * @param start begins the transaction; what it throws goes to everything that waits for it
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
    // Nobody need wait for it.
    waiting.started.catch(() => undefined);
  }

  #leave(): void {
    this.#last = undefined;
    this.#behind.clear();
  }
}
