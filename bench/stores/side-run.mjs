// @ts-check

const pool = 200;
/** Only the load itself decides how many operations run at once. */
const atOnce = 64;

/**
 * @typedef {object} Round
 * @property {number} wall  microseconds for a request
 * @property {number} cpu  microseconds of this process's time for a request
 * @property {number} server  microseconds of the server's time for a request
 */

/** One side under one workload, with its own sessions. */
export class SideRun {
  /** @type {string[]} */
  #ids = [];
  #count = 0;
  #side;
  #workload;
  #lanes;
  #serverCPU;
  #steps;

  /**
   * @param {import('./measure.mjs').Side} side
   * @param {import('./measure.mjs').Workload} workload
   * @param {number} lanes  requests at the same time
   * @param {() => number} serverCPU  of the server's process, in microseconds
   */
  constructor(side, workload, lanes, serverCPU) {
    this.#serverCPU = serverCPU;
    this.#side = side;
    this.#workload = workload;
    this.#lanes = lanes;
    this.#steps = lanes;
  }

  /** Long enough for the engine to compile the most frequent functions. @param {number} roundMS */
  async warmUp(roundMS) {
    const until = performance.now() + 10 * roundMS;
    for (let round = 0; round < 5 || performance.now() < until; round += 1) {
      const { wall } = await this.round();
      this.#steps = Math.max(this.#lanes, Math.round((roundMS * 1000) / wall));
    }
  }

  /** @returns {Promise<Round>} */
  async round() {
    const total = this.#steps;
    const { step: kind } = this.#workload;
    await this.#fill(kind === 'destroy' ? total : pool);
    const befores = kind === 'create' ? await this.#befores(total) : [];
    const step = this.#stepOf(kind);
    globalThis.gc?.({ type: 'minor' });
    const server = this.#serverCPU();
    const cpu = process.cpuUsage();
    const wall = performance.now();
    let left = total;
    const lane = async () => {
      while (left > 0) {
        left -= 1;
        await step(befores[left]);
      }
    };
    await Promise.all(Array.from({ length: this.#lanes }, lane));
    const passed = (performance.now() - wall) * 1000;
    const { user, system } = process.cpuUsage(cpu);
    const served = this.#serverCPU() - server;
    if (kind === 'create') await this.#keep(pool);
    return { wall: passed / total, cpu: (user + system) / total, server: served / total };
  }

  async cleanUp() {
    await this.#keep(0);
  }

  /**
   * The work of one request, without anything around it that would be measured too.
   *
   * @param {import('./measure.mjs').Step} kind
   * @returns {(before: any) => Promise<unknown>}
   */
  #stepOf(kind) {
    const { bytes } = this.#workload;
    const side = this.#side;
    const next = () => this.#ids[(this.#count += 1) % this.#ids.length] ?? '';
    const { writeField } = side;
    const steps = {
      create: (/** @type {any} */ before) => side.create(bytes, before).then(id => this.#ids.push(id)),
      read: () => side.read(next()),
      write: () => side.write(next(), bytes, this.#count),
      field: () => writeField?.(next(), this.#count) ?? side.write(next(), bytes, this.#count),
      destroy: () => side.destroy(this.#ids.pop() ?? ''),
    };
    return steps[kind];
  }

  /** @param {number} total */
  #befores(total) {
    return Promise.all(Array.from({ length: total }, async () => this.#side.beforeCreate?.()));
  }

  /** @param {number} wanted */
  async #fill(wanted) {
    const { bytes } = this.#workload;
    const made = async () => this.#side.create(bytes, await this.#side.beforeCreate?.());
    while (this.#ids.length < wanted) {
      const missing = Math.min(atOnce, wanted - this.#ids.length);
      this.#ids.push(...(await Promise.all(Array.from({ length: missing }, made))));
    }
  }

  /** @param {number} count */
  async #keep(count) {
    const surplus = this.#ids.splice(count);
    for (let at = 0; at < surplus.length; at += atOnce)
      await Promise.all(surplus.slice(at, at + atOnce).map(id => this.#side.destroy(id)));
  }
}
