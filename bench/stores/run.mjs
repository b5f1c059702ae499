// @ts-check
// npm run bench:stores [-- options]: the cost of a session on each back end, compared with its raw client and with other stores. `--help` lists the options.
import { writeFileSync } from 'node:fs';
import { measure, workloads } from './measure.mjs';
import { cpuOfServer, open } from './openers.mjs';
import { readOptions } from './options.mjs';
import { print } from './report.mjs';

const options = readOptions(process.argv.slice(2));
console.log(`Node ${process.version}, ${process.platform} ${process.arch}`);
console.log(
  'Rates as a share of the first row’s, in brackets where the median lies with 95 % certainty; per second; µs of processor time here + in the server, and the first row’s sum as a share of this row’s',
);
const figures = [];
for (const backend of options.backends) {
  const opened = await open(backend);
  const serverCPU = cpuOfServer(backend);
  try {
    for (const workload of workloads.filter(isWanted)) {
      for (const lanes of options.lanes) {
        const result = await measure(sidesFor(opened, workload.step), {
          ...options,
          workload,
          lanes,
          serverCPU,
        });
        print(backend, result);
        figures.push({ backend, ...result });
      }
    }
  } finally {
    await opened.close();
  }
}
if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, undefined, 2)}\n`);

/** @param {import('./measure.mjs').Workload} workload */
function isWanted({ step, bytes }) {
  return (options.workloads?.includes(step) ?? true) && (options.bytes ?? bytes) === bytes;
}

/**
 * A reading request has two floors: the second also moves the expiry.
 *
 * @param {import('./openers.mjs').Opened} opened
 * @param {import('./measure.mjs').Step} step
 */
function sidesFor({ floors, sides }, step) {
  const names = Object.keys(sides).filter(name => options.sides?.includes(name) ?? true);
  const wanted = Object.fromEntries(names.map(name => [name, sides[name] ?? floors.read]));
  if (step !== 'read') return { raw: floors.read, ...wanted };
  return { 'raw read + refresh': floors.refresh, 'raw read': floors.read, ...wanted };
}
