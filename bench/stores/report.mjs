// @ts-check

/** @typedef {Awaited<ReturnType<typeof import('./measure.mjs').measure>>} Result */

/** @param {string} backend @param {Result} result */
export function print(backend, { workload, lanes, rows }) {
  console.log(`\n${backend}, ${workload}, ${lanes} at a time`);
  for (const { name, ratio, perSecond, cpu, server, work } of rows) {
    console.log(
      `  ${name.padEnd(26)} ${textOf(ratio)} ${String(Math.round(perSecond)).padStart(6)} per second ${cpu.toFixed(0).padStart(5)} + ${server.toFixed(0).padStart(4)} µs  ${textOf(work)}`,
    );
  }
}

/** @param {import('../stats.mjs').Spread} spread */
function textOf({ median, median95: [low, high] }) {
  return `${median.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`.padEnd(20);
}
