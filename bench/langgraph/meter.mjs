// @ts-check
/**
 * The cost of the calls of one kind.
 *
 * @typedef {object} Cost
 * @property {number} requests
 * @property {number} readUnits
 * @property {number} writeUnits
 * @property {number} ms
 */

export class Meter {
  /** @type {import('./sides/side.d.ts').Side} */
  #side;
  /** @type {Cost[]} */
  #costs = [];
  #cpuMicros = 0;

  /** @param {import('./sides/side.d.ts').Side} side */
  constructor(side) {
    this.#side = side;
  }

  /** Of the last call. */
  get last() {
    return this.#costs.at(-1);
  }

  /**
   * @template R
   * @param {() => Promise<R>} call
   * @returns {Promise<R>}
   */
  async time(call) {
    const before = { ...this.#side.counts };
    const cpu = process.cpuUsage();
    const from = performance.now();
    const result = await call();
    const ms = performance.now() - from;
    const { user, system } = process.cpuUsage(cpu);
    this.#cpuMicros += user + system;
    const { requests, readUnits, writeUnits } = this.#side.counts;
    this.#costs.push({
      requests: requests - before.requests,
      readUnits: readUnits - before.readUnits,
      writeUnits: writeUnits - before.writeUnits,
      ms,
    });
    return result;
  }

  /** Means, and the median of the time. The first tenth is left out: it warms up. */
  summary() {
    const costs = this.#costs.slice(Math.ceil(this.#costs.length / 10));
    /** @param {keyof Cost} name */
    const mean = name => costs.reduce((sum, cost) => sum + cost[name], 0) / costs.length;
    const times = costs.map(({ ms }) => ms).toSorted((a, b) => a - b);
    return {
      requests: mean('requests'),
      readUnits: mean('readUnits'),
      writeUnits: mean('writeUnits'),
      medianMS: times[Math.floor(times.length / 2)] ?? 0,
      cpuMicros: this.#cpuMicros / this.#costs.length,
    };
  }
}
