// @ts-check
// node bench/stores/http/run.mjs: does it pay to send the reads of one turn as one? Over HTTP, with an open loop.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { percentile } from '../../stats.mjs';
import { BACKENDS } from '../options.mjs';
import { openLoop } from './load.mjs';

/** Requests a second: few, many, and nearly as many as the database takes on a small machine. */
const rates = { redis: [200, 1000, 3000], mongodb: [200, 1000, 2000], dynamodb: [50, 200, 400] };
const rounds = 5;
const sides = ['ours', 'ours coalesced'];

for (const backend of BACKENDS) {
  const servers = await Promise.all(sides.map(side => start(backend, side)));
  for (const perSecond of rates[backend]) {
    for (const server of servers) await openLoop(server.port, { perSecond, seconds: 0.5 });
    const results = servers.map(() => /** @type {{ latencies: number[], cpu: number }[]} */ ([]));
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, server] of servers.entries()) results[index]?.push(await measure(server, perSecond));
    }
    for (const [index, side] of sides.entries()) print(backend, side, perSecond, results[index] ?? []);
  }
  for (const { child } of servers) child.disconnect();
}

/** @param {string} backend @param {string} side */
async function start(backend, side) {
  const child = fork(fileURLToPath(new URL('serve.mjs', import.meta.url)), [backend, side]);
  const stopped = once(child, 'exit').then(([code]) => {
    throw new Error(`The server for ${side} on ${backend} has ended with ${code}.`);
  });
  // When all is done it ends, too.
  stopped.catch(() => {});
  const [{ port }] = await Promise.race([once(child, 'message'), stopped]);
  return { child, port: Number(port) };
}

/** @param {Awaited<ReturnType<typeof start>>} server @param {number} perSecond */
async function measure({ child, port }, perSecond) {
  const before = await cpuOf(child);
  const latencies = await openLoop(port, { perSecond, seconds: 1.5 });
  return { latencies, cpu: ((await cpuOf(child)) - before) / latencies.length };
}

/** @param {import('node:child_process').ChildProcess} child */
async function cpuOf(child) {
  child.send('cpu');
  const [{ cpu }] = await once(child, 'message');
  return Number(cpu);
}

/** @param {string} backend @param {string} side @param {number} perSecond @param {{ latencies: number[], cpu: number }[]} results */
function print(backend, side, perSecond, results) {
  const all = results.flatMap(({ latencies }) => latencies);
  const [p50, p99] = [0.5, 0.99].map(share => percentile(all, share).toFixed(2));
  const cpu = percentile(
    results.map(result => result.cpu),
    0.5,
  ).toFixed(0);
  console.log(
    `${backend}, ${perSecond} per second, ${side.padEnd(16)} p50 ${p50} ms, p99 ${p99} ms, server ${cpu} µs of processor time a request`,
  );
}
