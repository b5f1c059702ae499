// @ts-check
// A child process gets its order as its only argument, and answers with one message.

/**
 * @typedef {object} Order
 * @property {string} uri
 * @property {string} workload
 * @property {number} lanes
 * @property {number} cycles
 * @property {number} roundMS
 * @property {number} warmUpMS
 * @property {number} steps
 * @property {readonly import('../sides.mjs').SideName[]} [sides]
 * @property {boolean} [inScope]  with an active AsyncLocalStorage
 */

/** @returns {Order} */
export function order() {
  return JSON.parse(process.argv[2] ?? '{}');
}

/** @param {unknown} result */
export function answer(result) {
  if (process.send === undefined) console.log(JSON.stringify(result));
  else process.send(result, () => process.disconnect());
}
