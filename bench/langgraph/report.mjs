// @ts-check
/** @typedef {Awaited<ReturnType<typeof import('./measure.mjs').measure>>} Result */

const kinds = /** @type {const} */ (['put', 'writes', 'latest']);
const titles = { put: 'put', writes: 'putWrites', latest: 'latest (getTuple)' };

/** @param {import('./workloads.mjs').Workload} workload @param {readonly Result[]} results */
export function printTable({ name, about }, results) {
  console.log(`\n${name}: ${about}\n`);
  for (const kind of kinds) {
    console.log(`${titles[kind].padEnd(48)} requests    RU    WU      ms  CPU µs`);
    for (const result of results) {
      const { requests, readUnits, writeUnits, medianMS, cpuMicros } = result[kind];
      const cells = [
        fixed(requests, 8),
        fixed(readUnits, 5),
        fixed(writeUnits, 5),
        fixed(medianMS, 7),
        cpuMicros.toFixed(0).padStart(7),
      ];
      console.log(`  ${result.side.padEnd(46)} ${cells.join(' ')}`);
    }
  }
  for (const { side, growth } of results.filter(isMetered)) {
    const points = growth.map(({ steps, read, written }) => `${steps}: ${read}/${written}`);
    console.log(`RU of latest/WU of put by length, ${side}: ${points.join(', ')}`);
  }
}

/** Whether it is paid for by units. @param {Result} result */
export function isMetered({ growth }) {
  return growth.some(({ read }) => read > 0);
}

/** @param {number} value @param {number} width */
function fixed(value, width) {
  return value.toFixed(1).padStart(width);
}
