// @ts-check
// Processor time of the first steps of this process, for one side.
import { openSide } from '../sides.mjs';
import { workloads } from '../workloads.mjs';
import { answer, order } from './protocol.mjs';

const { uri, workload, steps, sides: [name] = ['plain'] } = order();
const side = await openSide(name ?? 'plain', uri);
const lane = workloads[workload]?.(side);
if (lane === undefined) throw new Error(`There is no workload '${workload}'.`);

const wall = performance.now();
const cpu = process.cpuUsage();
for (let done = 0; done < steps; done += 1) await lane.step();
const { user, system } = process.cpuUsage(cpu);
const passed = (performance.now() - wall) * 1000;

await lane.close();
await side.close();
answer({ cpu: user + system, wall: passed });
