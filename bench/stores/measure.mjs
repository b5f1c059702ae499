// @ts-check
import { interleave } from '../rounds.mjs';
import { spread } from '../stats.mjs';
import { SideRun } from './side-run.mjs';

/**
 * One way to keep sessions. Ids are its own.
 *
 * @typedef {object} Side
 * @property {() => Promise<any>} [beforeCreate]  called before the measured time begins
 * @property {(bytes: number, before?: any) => Promise<string>} create
 * @property {(id: string) => Promise<void>} read  everything that one reading request sends
 * @property {(id: string, bytes: number, count: number) => Promise<void>} write  the whole session, with something changed
 * @property {(id: string, count: number) => Promise<void>} [writeField]  one small field changed; else the whole session
 * @property {(id: string) => Promise<void>} destroy
 */

/** @typedef {'read' | 'create' | 'write' | 'field' | 'destroy'} Step */

/**
 * @typedef {object} Workload
 * @property {string} title
 * @property {Step} step
 * @property {number} bytes
 */

/** @type {readonly Workload[]} */
export const workloads = [
  { title: 'one reading request', step: 'read', bytes: 1024 },
  { title: 'create, 1 KB', step: 'create', bytes: 1024 },
  { title: 'set, 1 KB', step: 'write', bytes: 1024 },
  { title: 'set, 32 KB', step: 'write', bytes: 32_768 },
  { title: '32 KB, one small field changed', step: 'field', bytes: 32_768 },
  { title: 'destroy', step: 'destroy', bytes: 1024 },
];

/**
 * @typedef {object} Plan
 * @property {Workload} workload
 * @property {number} lanes  requests at the same time
 * @property {number} cycles
 * @property {number} roundMS
 * @property {() => number} serverCPU  of the server's process, in microseconds
 */

/**
 * All sides in turn, as time per request.
 *
 * @param {Readonly<Record<string, Side>>} sides  the others are compared with the first one
 * @param {Plan} plan
 */
export async function measure(sides, { workload, lanes, cycles, roundMS, serverCPU }) {
  const runs = new Map(
    Object.entries(sides).map(([name, side]) => [name, new SideRun(side, workload, lanes, serverCPU)]),
  );
  for (const run of runs.values()) await run.warmUp(roundMS);
  const names = [...runs.keys()];
  const results = await interleave(names, cycles, async name => (await runs.get(name)?.round()) ?? nothing);
  for (const run of runs.values()) await run.cleanUp();
  const [floor = ''] = names;
  return { workload: workload.title, lanes, rows: names.map(name => rowOf(results, name, floor)) };
}

const nothing = { wall: Number.NaN, cpu: Number.NaN, server: Number.NaN };

/** @param {import('./side-run.mjs').Round} round */
const workOf = ({ cpu, server }) => cpu + server;

/**
 * @param {readonly Readonly<Record<string, import('./side-run.mjs').Round>>[]} results
 * @param {string} name
 * @param {string} floor
 */
function rowOf(results, name, floor) {
  const walls = results.map(result => (result[name] ?? nothing).wall);
  const floors = results.map(result => (result[floor] ?? nothing).wall);
  return {
    name,
    ratio: spread(walls.map((wall, index) => (floors[index] ?? Number.NaN) / wall)),
    perSecond: spread(walls.map(wall => 1e6 / wall)).median,
    cpu: spread(results.map(result => (result[name] ?? nothing).cpu)).median,
    server: spread(results.map(result => (result[name] ?? nothing).server)).median,
    work: spread(results.map(result => workOf(result[floor] ?? nothing) / workOf(result[name] ?? nothing))),
  };
}
