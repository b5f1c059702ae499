// @ts-check
import { once } from 'node:events';
import { interleave } from './rounds.mjs';
import { startChild } from './run-child.mjs';
import { SIDES } from './sides.mjs';

/** @typedef {Pick<import('./options.mjs').Effort, 'cycles' | 'roundMS' | 'warmUpMS'>} Effort */

/** In these, the guard switches on an AsyncLocalStorage: the untouched driver gets one, too. */
const inScopes = new Set(['with-session', 'txn', 'manual', 'retry', 'mongoose-txn']);

/**
 * Rounds of each side in turn, each in a process of its own, as a service has it: with its own memory, its own collections of it, and
 * code that the compiler has seen with one copy of the driver only.
 *
 * @param {string} uri
 * @param {string} workload
 * @param {number} lanes
 * @param {Effort} effort
 */
export function roundsInProcesses(uri, workload, lanes, effort) {
  const inScope = inScopes.has(workload);
  return roundsInTurn(SIDES, lanes, effort, side => {
    const isUntouched = side === 'plain' || side === 'control';
    return startChild('turn', { uri, workload, lanes, sides: [side], inScope: inScope && isUntouched });
  });
}

const register = new URL('../dist/register.mjs', import.meta.url).href;

/** Ways to start a program that knows nothing of the guard. */
const WAYS = /** @type {const} */ (['no preload', 'off', 'rules off', 'recommended']);

/** @type {Readonly<Record<typeof WAYS[number], Readonly<Record<string, string>>>>} */
const variables = {
  'no preload': {},
  off: { SESSION_GUARD: 'off' },
  'rules off': { SESSION_GUARD_RULES: 'off' },
  recommended: {},
};

/**
 * The same, of a program without a manager, for each setting of the preload.
 *
 * @param {string} uri
 * @param {string} workload
 * @param {number} lanes
 * @param {Effort} effort
 */
export function roundsUnderPreload(uri, workload, lanes, effort) {
  return roundsInTurn(WAYS, lanes, effort, way => {
    const flags = way === 'no preload' ? [] : ['--import', register];
    return startChild('turn', { uri, workload, lanes, sides: ['plain'] }, { flags, env: variables[way] });
  });
}

/**
 * @template {string} Name
 * @param {readonly Name[]} names
 * @param {number} lanes
 * @param {Effort} effort
 * @param {(name: Name) => import('node:child_process').ChildProcess} start
 * @returns {Promise<Record<Name, import('./rounds.mjs').Round>[]>}
 */
async function roundsInTurn(names, lanes, { cycles, roundMS, warmUpMS }, start) {
  /** @type {Map<Name, import('node:child_process').ChildProcess>} */
  const children = new Map();
  try {
    for (const name of names) {
      const child = start(name);
      children.set(name, child);
      await once(child, 'message');
    }
    const round = async (/** @type {Name} */ name, /** @type {number} */ steps) => {
      const child = /** @type {import('node:child_process').ChildProcess} */ (children.get(name));
      child.send(steps);
      const [answer] = await once(child, 'message');
      return /** @type {import('./rounds.mjs').Round} */ (answer);
    };
    let last = 1;
    const until = performance.now() + warmUpMS * names.length;
    while (performance.now() < until)
      for (const name of names) last = (await round(name, Math.ceil(100 / lanes))).wall;
    const steps = Math.max(1, Math.round((roundMS * 1000) / last / lanes));
    return await interleave(names, cycles, name => round(name, steps));
  } finally {
    for (const child of children.values()) child.disconnect();
  }
}
