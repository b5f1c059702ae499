// @ts-check
import { parseArgs } from 'node:util';

export const GROUPS = /** @type {const} */ ([
  'cpu',
  'processes',
  'preload',
  'allocation',
  'throughput',
  'memory',
  'scopes',
  'start',
]);
export const CPU_WORKLOADS = /** @type {const} */ ([
  'no-session',
  'session',
  'with-session',
  'txn',
  'manual',
  'retry',
  'mongoose',
  'mongoose-txn',
]);

const usage = `node bench/run.mjs [options]
  --quick           a look, not a measurement: about two minutes
  --group=a,b       only these of ${GROUPS.join(', ')}
  --workload=a,b    only these of ${CPU_WORKLOADS.join(', ')} in the groups cpu, processes, preload and allocation
  --mode=a,b        only these of production, development in the group cpu (with --quick: production)
  --cycles=n        rounds of each side in the groups cpu, processes and preload
  --warm-up=ms      how long a process of the groups cpu, processes, preload and scopes runs before it is measured: a busy machine needs more
  --sets=n          how many sets of processes are started one after another in the group processes
  --lanes=n         how many run at the same time in the groups cpu, processes and preload (default 1)
  --json=file       write all figures to a file, too
  --profile=folder  write a CPU profile of every process of the group cpu, which then runs the guarded side alone`;

/** The whole takes about half an hour, with --quick two minutes. */
const FULL = {
  cycles: 90,
  roundMS: 30,
  warmUpMS: 4000,
  sets: 3,
  realCycles: 20,
  realRoundMS: 100,
  realWarmUpMS: 1500,
  fresh: 4,
  starts: 12,
};
const QUICK = {
  cycles: 14,
  roundMS: 15,
  warmUpMS: 900,
  sets: 1,
  realCycles: 6,
  realRoundMS: 30,
  realWarmUpMS: 300,
  fresh: 1,
  starts: 2,
};

/** @typedef {typeof FULL} Effort */

/** @param {readonly string[]} args */
export function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      group: { type: 'string', default: GROUPS.join(',') },
      workload: { type: 'string', default: CPU_WORKLOADS.join(',') },
      mode: { type: 'string' },
      cycles: { type: 'string' },
      'warm-up': { type: 'string' },
      sets: { type: 'string' },
      lanes: { type: 'string', default: '1' },
      json: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit();
  }
  const effort = values.quick ? QUICK : FULL;
  return {
    effort: {
      ...effort,
      cycles: Number(values.cycles ?? effort.cycles),
      warmUpMS: Number(values['warm-up'] ?? effort.warmUpMS),
      sets: Number(values.sets ?? effort.sets),
    },
    groups: values.group.split(','),
    workloads: values.workload.split(','),
    modes: (values.mode ?? (values.quick ? 'production' : 'production,development')).split(','),
    lanes: Number(values.lanes),
    json: values.json,
    profile: values.profile,
  };
}
