/** What is done with one object, one after the other. */
export class ObjectTurns {
  readonly #last = new WeakMap<object, Promise<unknown>>();

  /** Whether something is done with it now. */
  isTaken(object: object): boolean {
    return this.#last.has(object);
  }

  async take<R>(object: object, work: () => Promise<R>): Promise<R> {
    const before = this.#last.get(object);
    const own = before === undefined ? work() : before.then(work, work);
    this.#last.set(object, own);
    try {
      return await own;
    } finally {
      if (this.#last.get(object) === own) this.#last.delete(object);
    }
  }
}
