// @ts-check
// The cost of the first `withTxn` of a process for all other code: it switches AsyncLocalStorage on.
import { runRound } from '../rounds.mjs';
import { openSide } from '../sides.mjs';
import { median } from '../stats.mjs';
import { workloads } from '../workloads.mjs';
import { answer, order } from './protocol.mjs';

const { uri, workload, cycles, roundMS, warmUpMS } = order();
const control = await openSide('control', uri);
const guarded = await openSide('guarded', uri);
const lane = workloads['no-session']?.(control);
if (lane === undefined) throw new Error('There is no such workload.');

const steps = await warmUp();
const before = await rounds();
// The child that leaves this out shows the effect of the time alone.
if (workload === 'txn')
  await guarded.transact(session =>
    guarded.client.db('bench').collection('items').insertOne({}, { session }),
  );
await warmUp();
const after = await rounds();

await guarded.close();
await control.close();
answer({ before, after });

async function warmUp() {
  const until = performance.now() + warmUpMS;
  let last = 1;
  while (performance.now() < until) last = (await round(100)).wall;
  return Math.max(1, Math.round((roundMS * 1000) / last));
}

async function rounds() {
  const results = [];
  for (let cycle = 0; cycle < cycles; cycle += 1) results.push((await round(steps)).cpu);
  return median(results);
}

/** @param {number} count */
function round(count) {
  if (lane === undefined) throw new Error('There is no such workload.');
  return runRound([lane], count);
}
