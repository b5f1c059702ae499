/** Work that nobody waits for at first, and the next writing call does. */
export class Background {
  readonly #running = new Set<Promise<unknown>>();
  readonly #failed: unknown[] = [];

  add(work: Promise<unknown>): void {
    const settled = work
      .catch((error: unknown) => {
        this.#failed.push(error);
      })
      .finally(() => this.#running.delete(settled));
    this.#running.add(settled);
  }

  /** @throws the first error of what has failed since it was called last */
  async done(): Promise<void> {
    await Promise.all(this.#running);
    const [error] = this.#failed.splice(0);
    if (error !== undefined) throw error;
  }
}
