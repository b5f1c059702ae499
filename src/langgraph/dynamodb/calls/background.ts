/** Of how many threads an error is kept: most of them are never written to again. */
const mostFailed = 1000;

/** Work for a thread that nobody waits for at first, and the thread's next writing call does. */
export class Background {
  readonly #running = new Map<string, Promise<unknown>>();
  readonly #failed = new Map<string, unknown>();

  add(thread: string, work: Promise<unknown>): void {
    const settled = work.catch((error: unknown) => this.#fail(thread, error));
    const all = Promise.all([this.#running.get(thread), settled]).finally(() => {
      if (this.#running.get(thread) === all) this.#running.delete(thread);
    });
    this.#running.set(thread, all);
  }

  /** @throws the first error of what has failed since it was called last */
  async done(thread: string): Promise<void> {
    await this.#running.get(thread);
    if (!this.#failed.has(thread)) return;
    const error = this.#failed.get(thread);
    this.#failed.delete(thread);
    throw error;
  }

  #fail(thread: string, error: unknown): void {
    if (this.#failed.has(thread)) return;
    this.#failed.set(thread, error);
    const [oldest] = this.#failed.keys();
    if (this.#failed.size > mostFailed && oldest !== undefined) this.#failed.delete(oldest);
  }
}
