// @ts-check

/**
 * @typedef {object} Round
 * @property {number} cpu   microseconds of processor time for a step, garbage collection included
 * @property {number} wall  microseconds for a step
 */

/**
 * Runs the lanes at the same time until each has done its steps.
 *
 * @param {readonly import('./workloads.mjs').Lane[]} lanes
 * @param {number} steps  of each lane
 * @returns {Promise<Round>}
 */
export async function runRound(lanes, steps) {
  // What the round before has left behind is not this one's to clear away. A full collection would also throw away what
  // the compiler has learnt: measured here, every operation would then take four times as long.
  globalThis.gc?.({ type: 'minor' });
  const wall = performance.now();
  const cpu = process.cpuUsage();
  await Promise.all(lanes.map(lane => repeat(lane, steps)));
  const { user, system } = process.cpuUsage(cpu);
  const total = steps * lanes.length;
  return { cpu: (user + system) / total, wall: ((performance.now() - wall) * 1000) / total };
}

/**
 * @param {import('./workloads.mjs').Lane} lane
 * @param {number} steps
 */
async function repeat({ step }, steps) {
  for (let done = 0; done < steps; done += 1) await step();
}

/**
 * Short rounds of each side in turn, so that whatever else the machine does falls on all of them alike. Each cycle begins
 * with another side.
 *
 * @template R
 * @template {string} N
 * @param {readonly N[]} names
 * @param {number} cycles
 * @param {(name: N) => Promise<R>} round
 */
export async function interleave(names, cycles, round) {
  const results = [];
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const first = cycle % names.length;
    /** @type {Record<string, R>} */
    const result = {};
    for (const name of [...names.slice(first), ...names.slice(0, first)]) result[name] = await round(name);
    results.push(result);
  }
  return results;
}
