// @ts-check
import { startReplicaSet } from '../scripts/servers/mongodb/replica-set.mjs';
import { roundsInProcesses, roundsUnderPreload } from './processes.mjs';
import { interleave } from './rounds.mjs';
import { runChild } from './run-child.mjs';
import { SIDES } from './sides.mjs';
import { median, spread } from './stats.mjs';

/** @typedef {ReturnType<typeof import('./options.mjs').readOptions>} Options */
/** @typedef {Record<import('./sides.mjs').SideName, import('./rounds.mjs').Round>} Cycle */

/**
 * Processor time per step, on the stub server.
 *
 * @param {string} uri
 * @param {Options} options
 */
export async function measureCpu(uri, { effort, workloads, modes, lanes, profile }) {
  const rows = [];
  for (const workload of workloads)
    for (const mode of modes) {
      const sides = profile === undefined ? undefined : /** @type {['guarded']} */ (['guarded']);
      const order = { uri, workload, lanes, ...effort, ...(sides && { sides }) };
      const { cycles } = await runChild('cpu', order, { mode, profile });
      if (sides === undefined)
        rows.push({ workload, mode, ...compare(cycles, 'cpu'), wall: compare(cycles, 'wall') });
    }
  return rows;
}

/**
 * The same, with each side in a process of its own, in production. Two processes of the same code may differ by a tenth for their whole
 * life, so several sets of processes are measured.
 *
 * @param {string} uri
 * @param {Options} options
 */
export async function measureProcesses(uri, { effort, workloads, lanes }) {
  const rows = [];
  for (const workload of workloads) {
    const sets = [];
    for (let set = 0; set < effort.sets; set += 1)
      sets.push(await roundsInProcesses(uri, workload, lanes, effort));
    const ofSets = sets.map(cycles => compare(cycles, 'cpu').guarded.median);
    rows.push({ workload, mode: 'production', ...compare(sets.flat(), 'cpu'), ofSets });
  }
  return rows;
}

/** Sessions and transactions of the driver itself. */
const withoutManager = new Set(['no-session', 'session', 'txn', 'manual']);

/**
 * A program that knows nothing of the guard, under the preload with several settings, in production.
 *
 * @param {string} uri
 * @param {Options} options
 */
export async function measurePreload(uri, { effort, workloads, lanes }) {
  const rows = [];
  for (const workload of workloads.filter(name => withoutManager.has(name))) {
    const cycles = await roundsUnderPreload(uri, workload, lanes, effort);
    const ratioOf = (/** @type {'off' | 'rules off' | 'recommended'} */ way) =>
      spread(cycles.map(cycle => cycle[way].cpu / cycle['no preload'].cpu));
    rows.push({
      workload,
      plain: median(cycles.map(cycle => cycle['no preload'].cpu)),
      off: ratioOf('off'),
      rulesOff: ratioOf('rules off'),
      recommended: ratioOf('recommended'),
    });
  }
  return rows;
}

/**
 * Steps per second against a real server.
 *
 * @param {Options} options
 */
export async function measureThroughput({ effort }) {
  const { realCycles: cycles, realRoundMS: roundMS, realWarmUpMS: warmUpMS } = effort;
  const server = await startReplicaSet();
  try {
    const rows = [];
    for (const workload of ['insertOne', 'findOne', 'txn'])
      for (const lanes of [1, 32]) {
        const answer = await runChild('cpu', { uri: server.uri, workload, lanes, cycles, roundMS, warmUpMS });
        rows.push({ workload, lanes, ...compare(answer.cycles, 'wall'), cpu: compare(answer.cycles, 'cpu') });
      }
    return rows;
  } finally {
    await server.stop();
  }
}

/**
 * Bytes that a step allocates, in production mode.
 *
 * @param {string} uri
 * @param {Options} options
 */
export async function measureAllocation(uri, { workloads }) {
  const rows = [];
  // A conflict makes the driver wait, and thousands of them for minutes.
  for (const workload of workloads.filter(name => name !== 'retry')) {
    const measure = async (/** @type {readonly import('./sides.mjs').SideName[]} */ sides, inScope = false) =>
      /** @type {number} */ ((await runChild('allocation', { uri, workload, sides, inScope })).bytes);
    rows.push({
      workload,
      plain: await measure(['plain']),
      inScope: await measure(['plain'], true),
      guarded: await measure(['guarded']),
      observed: await measure(['observed']),
    });
  }
  return rows;
}

/**
 * Bytes of heap per open session.
 *
 * @param {string} uri
 */
export async function measureMemory(uri) {
  const rows = [];
  for (const mode of ['production', 'development']) {
    /** @type {Partial<Record<import('./sides.mjs').SideName, number>>} */
    const bytes = {};
    for (const side of SIDES)
      bytes[side] = (await runChild('memory', { uri, sides: [side] }, { mode })).bytes;
    rows.push({ mode, ...bytes });
  }
  return rows;
}

/**
 * The price of an active AsyncLocalStorage, paid by the untouched copy of the driver.
 *
 * @param {string} uri
 * @param {Options} options
 */
export async function measureScopes(uri, { effort }) {
  const order = { uri, cycles: 40, roundMS: effort.roundMS, warmUpMS: effort.warmUpMS / 2 };
  const rows = [];
  for (const workload of ['txn', 'no-session']) {
    const ratios = [];
    for (let run = 0; run < effort.fresh; run += 1) {
      const { before, after } = await runChild('scopes', { ...order, workload });
      ratios.push(after / before);
    }
    rows.push({
      between: workload === 'txn' ? 'the first withTxn' : 'nothing',
      ratio: median(ratios),
      ratios,
    });
  }
  return rows;
}

/** As many as a service has in its first seconds. */
const FIRST = 500;

/**
 * What only a new process pays, in milliseconds of processor time: the import, and the first transactions, for which the compiler
 * has not learnt anything yet.
 *
 * @param {string} uri
 * @param {Options} options
 */
export async function measureStart(uri, { effort: { starts } }) {
  const imports = [];
  for (let run = 0; run < starts; run += 1) imports.push((await runChild('import', {})).cpu / 1000);
  const order = { uri, workload: 'txn', steps: FIRST };
  const cycles = await interleave(SIDES, starts, name => runChild('start', { ...order, sides: [name] }));
  const first = compare(/** @type {Cycle[]} */ (cycles), 'cpu');
  return {
    imported: spread(imports),
    transactions: FIRST,
    first: { ...first, plain: first.plain / 1000 },
  };
}

/**
 * @param {readonly Cycle[]} cycles
 * @param {'cpu' | 'wall'} what
 */
function compare(cycles, what) {
  return {
    plain: median(cycles.map(({ plain }) => plain[what])),
    guarded: spread(cycles.map(({ guarded, plain }) => guarded[what] / plain[what])),
    observed: spread(cycles.map(({ observed, plain }) => observed[what] / plain[what])),
    control: spread(cycles.map(({ control, plain }) => control[what] / plain[what])),
  };
}
