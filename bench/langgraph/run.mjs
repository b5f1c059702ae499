// @ts-check
// npm run bench:langgraph [-- --steps 200] [--json file] [--chart file.svg] [--without-peer]
// The cost of a step of a graph with each checkpointer: requests, capacity units, time and processor time; and how reading the latest
// checkpoint grows with the thread.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { chart } from './chart.mjs';
import { measure } from './measure.mjs';
import { printTable } from './report.mjs';
import { openSides } from './sides/index.mjs';
import { workloads } from './workloads.mjs';

const { values } = parseArgs({
  options: {
    steps: { type: 'string', default: '200' },
    json: { type: 'string' },
    chart: { type: 'string' },
    'without-peer': { type: 'boolean', default: false },
  },
});
const steps = Number(values.steps);
if (!(Number.isInteger(steps) && steps >= 20)) {
  console.error('--steps takes a whole number, 20 or more.');
  process.exit(2);
}

console.log(`Node ${process.version}, ${process.platform} ${process.arch}; a thread of ${steps} steps`);
const sides = await openSides({ peer: !values['without-peer'] });
const figures = [];
try {
  for (const workload of workloads) {
    const results = [];
    for (const side of sides) results.push(await measure(side, workload, steps));
    printTable(workload, results);
    figures.push({ workload: workload.name, results });
  }
} finally {
  await Promise.all(sides.map(side => side.close()));
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`);
if (values.chart !== undefined) writeFileSync(values.chart, chart(figures));
