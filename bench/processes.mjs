// @ts-check
import { once } from 'node:events';
import { interleave } from './rounds.mjs';
import { startChild } from './run-child.mjs';
import { SIDES } from './sides.mjs';

/** In these, the guard switches on an AsyncLocalStorage: the untouched driver gets one, too. */
const inScopes = new Set(['with-session', 'txn', 'manual', 'retry', 'mongoose-txn']);

/**
 * Rounds of each side in turn, each in a process of its own, as a service has it: with its own memory, its own collections of it, and
 * code that the compiler has seen with one copy of the driver only.
 *
 * @param {string} uri
 * @param {string} workload
 * @param {number} lanes
 * @param {Pick<import('./options.mjs').Effort, 'cycles' | 'roundMS' | 'warmUpMS'>} effort
 * @returns {Promise<import('./groups.mjs').Cycle[]>}
 */
export async function roundsInProcesses(uri, workload, lanes, { cycles, roundMS, warmUpMS }) {
  const inScope = inScopes.has(workload);
  /** @type {Map<import('./sides.mjs').SideName, import('node:child_process').ChildProcess>} */
  const children = new Map();
  try {
    for (const side of SIDES) {
      const isUntouched = side === 'plain' || side === 'control';
      const order = { uri, workload, lanes, sides: [side], inScope: inScope && isUntouched };
      const child = startChild('turn', order);
      children.set(side, child);
      await once(child, 'message');
    }
    const round = async (/** @type {import('./sides.mjs').SideName} */ side, /** @type {number} */ steps) => {
      const child = /** @type {import('node:child_process').ChildProcess} */ (children.get(side));
      child.send(steps);
      const [answer] = await once(child, 'message');
      return /** @type {import('./rounds.mjs').Round} */ (answer);
    };
    let last = 1;
    const until = performance.now() + warmUpMS * SIDES.length;
    while (performance.now() < until)
      for (const side of SIDES) last = (await round(side, Math.ceil(100 / lanes))).wall;
    const steps = Math.max(1, Math.round((roundMS * 1000) / last / lanes));
    return await interleave(SIDES, cycles, side => round(side, steps));
  } finally {
    for (const child of children.values()) child.disconnect();
  }
}
