import { BoundedMap } from '../../../platform/bounded.ts';

/** Background work for a thread: the thread's next writing call waits for it. */
export class Background {
  readonly #running = new Map<string, Promise<unknown>>();
  /** The first error of a thread. Most threads are never written to again. */
  readonly #failed = new BoundedMap<string, unknown>(1000);

  add(thread: string, work: Promise<unknown>): void {
    const settled = work.catch((error: unknown) => this.#fail(thread, error));
    const all = Promise.all([this.#running.get(thread), settled]).finally(() => {
      if (this.#running.get(thread) === all) this.#running.delete(thread);
    });
    this.#running.set(thread, all);
  }

  /** @throws the first error since the last call */
  async done(thread: string): Promise<void> {
    await this.#running.get(thread);
    if (!this.#failed.has(thread)) return;
    const error = this.#failed.get(thread);
    this.#failed.delete(thread);
    throw error;
  }

  #fail(thread: string, error: unknown): void {
    if (!this.#failed.has(thread)) this.#failed.set(thread, error);
  }
}
