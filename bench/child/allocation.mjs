// @ts-check
// Bytes that one step allocates, for one side. A count, which a busy machine does not change.
import { AsyncLocalStorage } from 'node:async_hooks';
import { openSide } from '../sides.mjs';
import { median } from '../stats.mjs';
import { workloads } from '../workloads.mjs';
import { answer, order } from './protocol.mjs';

/** So few that nothing is collected between two looks at the heap: see `heapFlags` of `run-child.mjs`. */
const STEPS = 300;
const WARM_UP = 2500;
const LOOKS = 5;

const { uri, workload, sides: [name] = ['plain'], inScope = false } = order();
// What the driver's own promises cost while some library has one.
if (inScope) new AsyncLocalStorage().enterWith({});

const make = workloads[workload];
if (make === undefined) throw new Error(`There is no workload '${workload}'.`);
const side = await openSide(name ?? 'plain', uri);
const lane = make(side);

await steps(WARM_UP);
const bytes = [];
for (let look = 0; look < LOOKS; look += 1) {
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  await steps(STEPS);
  bytes.push((process.memoryUsage().heapUsed - before) / STEPS);
}
await lane.close();
await side.close();
answer({ bytes: median(bytes) });

/** @param {number} count */
async function steps(count) {
  for (let done = 0; done < count; done += 1) await lane.step();
}
