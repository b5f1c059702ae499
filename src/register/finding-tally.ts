import { getEnvironmentData, isMainThread, setEnvironmentData } from 'node:worker_threads';

const key = 'session-guard.findings';

/** Counts the findings of a process over all its threads: a worker's exit code is not the process's. */
export class FindingTally {
  readonly #cell: Int32Array;

  constructor() {
    const inherited: unknown = isMainThread ? undefined : getEnvironmentData(key);
    const buffer = inherited instanceof SharedArrayBuffer ? inherited : new SharedArrayBuffer(4);
    this.#cell = new Int32Array(buffer);
    setEnvironmentData(key, buffer);
  }

  add(): void {
    Atomics.add(this.#cell, 0, 1);
  }

  total(): number {
    return Atomics.load(this.#cell, 0);
  }
}
