/**
 * Timers that come when a test says so, in the place of those of `platform/time/clock.ts`:
 * `vi.mock(clock, async original => ({ ...(await original<object>()), ...heldTimers }))`.
 */
class HeldTimer {
  readonly #go: () => void;
  readonly afterMS: number;
  /** Keeps the process alive. */
  isRef = true;

  constructor(go: () => void, afterMS: number) {
    this.#go = go;
    this.afterMS = afterMS;
  }

  ref(): this {
    this.isRef = true;
    return this;
  }

  unref(): this {
    this.isRef = false;
    return this;
  }

  /** Its time has come. */
  fire(): void {
    if (timers.delete(this)) this.#go();
  }
}

/** Those that were set, have not come, and were not cleared: the oldest first. */
export const timers = new Set<HeldTimer>();

export const heldTimers = {
  setTimeout(go: (...args: unknown[]) => void, afterMS: number, ...args: unknown[]): HeldTimer {
    const timer = new HeldTimer(() => go(...args), afterMS);
    timers.add(timer);
    return timer;
  },

  clearTimeout(timer: HeldTimer): void {
    timers.delete(timer);
  },
};
