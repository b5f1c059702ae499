// @ts-check
import { randomUUID } from 'node:crypto';
import { emptyCheckpoint, uuid6 } from '@langchain/langgraph-checkpoint';
import { Meter } from './meter.mjs';

/** @typedef {import('./sides/side.d.ts').Side} Side */

/** @param {Side} side @param {import('./workloads.mjs').Workload} workload @param {number} steps */
export async function measure(side, workload, steps) {
  const thread = randomUUID();
  const meters = { put: new Meter(side), writes: new Meter(side), latest: new Meter(side) };
  /** @type {any} */
  let config = { configurable: { thread_id: thread, checkpoint_ns: '' } };
  /** @type {Record<string, number>} */
  const versions = {};
  const latest = { configurable: { thread_id: thread, checkpoint_ns: '' } };
  const growth = [];
  for (let step = 0; step < steps; step += 1) {
    const changed = Object.fromEntries(workload.changed(step).map(channel => [channel, step + 1]));
    Object.assign(versions, changed);
    const checkpoint = {
      ...emptyCheckpoint(),
      id: uuid6(0),
      channel_values: workload.values(step),
      channel_versions: { ...versions },
    };
    const metadata = { source: /** @type {const} */ ('loop'), step, parents: {} };
    config = await meters.put.time(() => side.saver.put(config, checkpoint, metadata, changed));
    const writes = [
      ['messages', 'x'.repeat(500)],
      ['branch:to:model', null],
    ];
    const at = config;
    await meters.writes.time(() => side.saver.putWrites(at, /** @type {any} */ (writes), randomUUID()));
    await meters.latest.time(() => side.saver.getTuple(latest));
    if (isPoint(step + 1))
      growth.push({
        steps: step + 1,
        read: meters.latest.last?.readUnits ?? 0,
        written: meters.put.last?.writeUnits ?? 0,
      });
  }
  return {
    side: side.name,
    put: meters.put.summary(),
    writes: meters.writes.summary(),
    latest: meters.latest.summary(),
    growth,
  };
}

/** @param {number} steps */
function isPoint(steps) {
  return [1, 5, 10, 20, 50, 100, 150, 200, 300, 500, 1000].includes(steps);
}
