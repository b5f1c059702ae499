// @ts-check
// npm run bench:contention: transactions that want the same documents, on the plain driver, under a manager and on other packages.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureOnReplicaSet } from '../on-replica-set.mjs';
import { chart } from './chart.mjs';
import { report } from './report.mjs';
import { openSide, SIDES } from './sides.mjs';
import { check, prepare, run } from './workload.mjs';

process.env['NODE_ENV'] ??= 'production';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '1,4,16,0' },
    workers: { type: 'string', default: '64' },
    processes: { type: 'string', default: '1' },
    // Also a single process is one of its own for each side and round.
    fork: { type: 'boolean', default: false },
    members: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '3' },
    rounds: { type: 'string', default: '5' },
    side: { type: 'string', default: SIDES.join('|') },
    json: { type: 'string' },
    svg: { type: 'string' },
  },
});
const sides = values.side.split('|');
const processes = Number(values.processes);
const workers = Math.ceil(Number(values.workers) / processes);
const seconds = Number(values.seconds);

/** @typedef {import('./workload.mjs').Load} Load */
/** @typedef {import('./workload.mjs').Result} Result */
/** @typedef {{ side: string, documents: number, round: number, result: Result }} Row */

/** In this process, or in some at once: then each side of a round starts afresh. @param {string} uri */
async function runners(uri) {
  if (processes > 1 || values.fork)
    return {
      run: (/** @type {string} */ name, /** @type {Load} */ load) => together(name, load, uri),
      close: async () => {},
    };
  const open = await Promise.all(sides.map(name => openSide(name, uri)));
  const of = new Map(open.map(side => [side.name, side]));
  return {
    run: async (/** @type {string} */ name, /** @type {Load} */ load) => {
      const side = of.get(name);
      if (side === undefined) throw new Error(`'${name}' is not open`);
      return run(side, load);
    },
    close: async () => void (await Promise.all(open.map(side => side.close()))),
  };
}

/** @param {string} name @param {Load} load @param {string} uri @returns {Promise<Result>} */
async function together(name, load, uri) {
  const children = Array.from({ length: processes }, () =>
    fork(fileURLToPath(new URL('child.mjs', import.meta.url))),
  );
  for (const child of children) child.send({ name, load, uri });
  const ready = await Promise.all(children.map(child => once(child, 'message')));
  if (ready.length > 0) for (const child of children) child.send('go');
  const results = /** @type {Result[]} */ (
    (await Promise.all(children.map(child => once(child, 'message')))).map(([message]) => message)
  );
  const sum = (/** @type {(one: Result) => number} */ of) => results.reduce((all, one) => all + of(one), 0);
  return {
    committed: sum(one => one.committed),
    rejected: sum(one => one.rejected),
    attempts: sum(one => one.attempts),
    cpuMS: sum(one => one.cpuMS),
    seconds: Math.max(...results.map(one => one.seconds)),
    latencies: results.flatMap(one => one.latencies),
  };
}

/** @param {import('../on-replica-set.mjs').ReplicaSet} server @param {import('mongodb').MongoClient} looker */
async function* measure(server, looker) {
  const { run: runSide, close } = await runners(server.uri);
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const documents of values.documents.split(',').map(Number)) {
      // Each side is first, in turn.
      const order = sides.map((_, n) => /** @type {string} */ (sides[(n + round) % sides.length]));
      for (const side of order) {
        const load = { database: 'contention', documents, workers, seconds };
        await prepare(looker, load);
        const result = await runSide(side, load);
        await check(looker, load, result.committed);
        yield { side, documents, round, result };
      }
    }
  }
  await close();
}

await measureOnReplicaSet(
  {
    members: Number(values.members),
    measure,
    report: (/** @type {readonly Row[]} */ rows) => report(rows, sides),
    chart: (/** @type {readonly Row[]} */ rows) => chart(rows, sides),
  },
  values,
);
