// @ts-check
// Processor time per step of one workload, all sides in turn; prints nothing, sends the cycles to its parent.
import { interleave, runRound } from '../rounds.mjs';
import { openSide, SIDES } from '../sides.mjs';
import { workloads } from '../workloads.mjs';
import { answer, order } from './protocol.mjs';

const { uri, workload, lanes: count, cycles, roundMS, warmUpMS, sides: names = SIDES } = order();

const make = workloads[workload];
if (make === undefined) throw new Error(`There is no workload '${workload}'.`);

/** @type {Map<string, import('../sides.mjs').Side>} */
const sides = new Map();
for (const name of names) sides.set(name, await openSide(name, uri));

/** @type {Map<string, import('../workloads.mjs').Lane[]>} */
const lanes = new Map();
for (const [name, side] of sides)
  lanes.set(
    name,
    Array.from({ length: count }, () => make(side)),
  );

/**
 * @param {string} name
 * @param {number} steps
 */
const round = (name, steps) => runRound(lanes.get(name) ?? [], steps);

const steps = await warmUp(Math.ceil(100 / count));
const results = await interleave(names, cycles, name => round(name, steps));

for (const lane of [...lanes.values()].flat()) await lane.close();
for (const side of sides.values()) await side.close();
answer({ steps: steps * count, cycles: results });

/**
 * Until the compiler is done with all sides.
 *
 * @param {number} few  steps of a lane
 * @returns how many steps of a lane make a round
 */
async function warmUp(few) {
  const until = performance.now() + warmUpMS;
  let last = 1;
  while (performance.now() < until) for (const name of names) last = (await round(name, few)).wall;
  return Math.max(1, Math.round((roundMS * 1000) / last / count));
}
