// @ts-check

/** @typedef {Awaited<ReturnType<typeof import('./measure.mjs').measure>>} Result */

/** @param {string} backend @param {Result} result */
export function print(backend, { workload, lanes, rows }) {
  console.log(`\n${backend}, ${workload}, ${lanes} at a time`);
  for (const { name, ratio, perSecond, cpu } of rows) {
    const [low, high] = ratio.median95;
    const spread = `${ratio.median.toFixed(2)} (${low.toFixed(2)} … ${high.toFixed(2)})`;
    console.log(
      `  ${name.padEnd(26)} ${spread.padEnd(24)} ${String(Math.round(perSecond)).padStart(6)} per second ${cpu.toFixed(0).padStart(5)} µs`,
    );
  }
}
