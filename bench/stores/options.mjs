// @ts-check
import { parseArgs } from 'node:util';

export const BACKENDS = /** @type {const} */ (['redis', 'mongodb', 'dynamodb']);

const usage = `node bench/stores/run.mjs [options]
  --quick            a look, not a measurement
  --backend=a,b      only these of ${BACKENDS.join(', ')}
  --workload=a,b     only these steps: read, create, write, field, destroy
  --kb=n             only with sessions of so many kilobytes: 1 or 32
  --lanes=a,b        requests at the same time (default 1,8,64)
  --side=a,b         only these sides beside the floor
  --cycles=n         rounds of each side
  --json=file        write all figures to a file, too`;

/** @param {readonly string[]} args */
export function readOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      backend: { type: 'string', default: BACKENDS.join(',') },
      workload: { type: 'string' },
      kb: { type: 'string' },
      lanes: { type: 'string', default: '1,8,64' },
      side: { type: 'string' },
      cycles: { type: 'string' },
      json: { type: 'string' },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit();
  }
  return {
    backends: values.backend.split(','),
    workloads: values.workload?.split(','),
    bytes: values.kb === undefined ? undefined : Number(values.kb) * 1024,
    lanes: values.lanes.split(',').map(Number),
    sides: values.side?.split(','),
    cycles: Number(values.cycles ?? (values.quick ? 5 : 25)),
    roundMS: values.quick ? 40 : 120,
    json: values.json,
  };
}
