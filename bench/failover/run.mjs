// @ts-check
// npm run bench:failover: calls in flight while the primary of three members is killed, frozen or steps down, counted from what
// is stored.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { measureOnReplicaSet } from '../on-replica-set.mjs';
import { openSide } from '../contention/sides.mjs';
import { FAULTS, primaryOf } from './faults.mjs';
import { chart, report } from './report.mjs';

process.env['NODE_ENV'] ??= 'production';

const { values } = parseArgs({
  options: {
    side: { type: 'string', default: 'driver|mongoose|@nestjs-cls/transactional|session-guard' },
    fault: { type: 'string', default: Object.keys(FAULTS).join('|') },
    workers: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});
const sides = values.side.split('|');
const workers = Number(values.workers);

/** @typedef {{ round: number, side: string, fault: string, kind: string, calls: number, rejected: number, storedAllTheSame: number, lost: number }} Row */
/** @typedef {import('../contention/workload.mjs').Side} Side */
/** @typedef {import('../on-replica-set.mjs').ReplicaSet} ReplicaSet */
/** @typedef {import('mongodb').MongoClient} MongoClient */

/**
 * Workers that insert a document each time, in a transaction or without a session, until they are stopped.
 *
 * @param {Side} side
 * @param {'withTransaction' | 'insertOne'} kind
 */
function start(side, kind) {
  const name = `${kind}-${Math.random().toString(36).slice(2)}`;
  const rows = side.client.db('failover').collection(name, { writeConcern: { w: 'majority' } });
  const acknowledged = /** @type {Set<string>} */ (new Set());
  const rejected = /** @type {Set<string>} */ (new Set());
  const state = { stopped: false };
  const work = async (/** @type {unknown} */ _, /** @type {number} */ worker) => {
    for (let n = 0; !state.stopped; n += 1) {
      const id = `${worker} ${n}`;
      const document = /** @type {object} */ ({ _id: id });
      try {
        await (kind === 'insertOne'
          ? rows.insertOne(document)
          : side.transact(async session => void (await rows.insertOne(document, { session })), 0));
        acknowledged.add(id);
      } catch {
        rejected.add(id);
      }
    }
  };
  const running = Promise.all(Array.from({ length: workers }, work));
  return {
    name,
    acknowledged,
    rejected,
    calls: () => acknowledged.size + rejected.size,
    stop: () => {
      state.stopped = true;
      return running;
    },
  };
}

/** @param {() => boolean} isSo */
async function until(isSo) {
  while (!isSo()) await sleep(50);
}

/**
 * @param {ReplicaSet} server
 * @param {MongoClient} looker
 * @param {string} name
 * @param {string} fault
 * @returns {Promise<Omit<Row, 'round'>[]>}
 */
async function strikeOnce(server, looker, name, fault) {
  const side = await openSide(name, server.uri);
  const strike = FAULTS[fault];
  if (strike === undefined)
    throw new Error(`There is no fault '${fault}'. The faults: ${Object.keys(FAULTS).join(', ')}.`);
  await side.client.db('failover').createCollection(`warm-up-${Math.random()}`);
  const groups = /** @type {const} */ (['withTransaction', 'insertOne']).map(kind => ({
    kind,
    group: start(side, kind),
  }));
  await until(() => groups.every(({ group }) => group.calls() > 4 * workers));
  await strike(server, looker);
  const before = groups.map(({ group }) => group.acknowledged.size);
  await until(() => groups.every(({ group }, n) => group.acknowledged.size > (before[n] ?? 0) + 4 * workers));
  await Promise.all(groups.map(({ group }) => group.stop()));
  const rows = [];
  for (const { kind, group } of groups) {
    const found = await looker
      .db('failover')
      .collection(group.name, { readConcern: { level: 'majority' } })
      .find()
      .toArray();
    const stored = new Set(found.map(({ _id }) => String(_id)));
    const storedAllTheSame = [...group.rejected].filter(id => stored.has(id)).length;
    const lost = [...group.acknowledged].filter(id => !stored.has(id)).length;
    rows.push({
      side: name,
      fault,
      kind,
      calls: group.calls(),
      rejected: group.rejected.size,
      storedAllTheSame,
      lost,
    });
  }
  await side.close();
  return rows;
}

/** @param {ReplicaSet} server @param {MongoClient} looker */
async function* measure(server, looker) {
  for (let n = 0; n < Number(values.rounds); n += 1) {
    for (const fault of values.fault.split('|')) {
      for (const side of sides) {
        await primaryOf(server, looker);
        for (const row of await strikeOnce(server, looker, side, fault)) yield { round: n, ...row };
      }
    }
  }
}

await measureOnReplicaSet(
  {
    members: 3,
    measure,
    report: (/** @type {readonly Row[]} */ rows) => report(rows, sides),
    chart: (/** @type {readonly Row[]} */ rows) => chart(rows, sides),
  },
  values,
);
