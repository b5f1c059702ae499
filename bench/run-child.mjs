// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A young generation that holds all that is allocated between two looks, in MB. */
const heapFlags = ['--max-semi-space-size=256', '--min-semi-space-size=256'];

/**
 * @param {'cpu' | 'allocation' | 'memory' | 'scopes' | 'start' | 'import' | 'turn'} script
 * @param {Partial<import('./child/protocol.mjs').Order>} order
 * @param {{ mode?: string, flags?: readonly string[], env?: Readonly<Record<string, string>> }} [how]
 */
export function startChild(script, order, { mode = 'production', flags = [], env = {} } = {}) {
  const file = fileURLToPath(new URL(`child/${script}.mjs`, import.meta.url));
  return fork(file, [JSON.stringify(order)], {
    execArgv: [...flags],
    env: { ...process.env, NODE_ENV: mode, ...env },
  });
}

/**
 * Every measurement has its own process: what the compiler has learnt in one measurement, and what is switched on for good, must not
 * change the next one.
 *
 * @param {'cpu' | 'allocation' | 'memory' | 'scopes' | 'start' | 'import'} script
 * @param {Partial<import('./child/protocol.mjs').Order>} order
 * @param {{ mode?: string, profile?: string | undefined }} [how]
 */
export async function runChild(script, order, { mode = 'production', profile } = {}) {
  const profiling = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
  const flags = ['--expose-gc', ...(script === 'allocation' ? heapFlags : []), ...profiling];
  const child = startChild(script, order, { mode, flags });
  const ended = once(child, 'exit');
  /** @type {any} */
  let answer;
  child.once('message', message => (answer = message));
  const [code] = await ended;
  if (answer === undefined) throw new Error(`bench/child/${script}.mjs ended with ${code} and no answer.`);
  return answer;
}
