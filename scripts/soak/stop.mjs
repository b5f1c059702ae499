// @ts-check
// npm run soak:stop [-- 100]
// Starts a service, lets clients with keep-alive connections write, and sends SIGTERM at a random moment; as often as asked.
// Ends with code 1 if an acknowledged write was lost, a request was reset, or the service did not end with code 0.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { MongoClient } from 'mongodb';

const rounds = Number(process.argv[2] ?? 100);
const clients = 8;
const service = new URL('stop-service.mjs', import.meta.url).pathname;

/** @typedef {{ acknowledged: string[], reset: string[] }} Tally */

/**
 * One client on one connection: it asks until an answer closes the connection, as a load balancer would.
 * @param {number} port
 * @param {string} name
 * @param {Tally} tally
 * @param {() => void} onFirst
 */
async function write(port, name, tally, onFirst) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  for (let n = 0; ; n += 1) {
    const id = `${name}-${n}`;
    try {
      const { status, last } = await post(port, id, agent);
      if (status === 201) tally.acknowledged.push(id);
      else tally.reset.push(`${id} was answered with ${status}`);
      if (n === 0) onFirst();
      if (last) break;
    } catch (error) {
      tally.reset.push(`${id}: ${String(error)}`);
      onFirst();
      break;
    }
  }
  agent.destroy();
}

/**
 * @param {number} port
 * @param {string} id
 * @param {http.Agent} agent
 */
async function post(port, id, agent) {
  const request = http.request({ port, host: '127.0.0.1', path: `/orders/${id}`, method: 'POST', agent });
  request.end();
  const [response] = await once(request, 'response');
  response.resume();
  await once(response, 'end');
  return { status: Number(response.statusCode), last: response.headers.connection === 'close' };
}

/** @param {string} uri */
async function round(uri) {
  const child = spawn(process.execPath, [service], {
    env: { ...process.env, MONGODB_URI: uri },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const [line] = await once(child.stdout, 'data');
  /** @type {Tally} */
  const tally = { acknowledged: [], reset: [] };
  /** @type {Promise<void>[]} */
  const work = [];
  const ready = Array.from({ length: clients }, (_, n) => {
    return new Promise(resolve => {
      work.push(write(Number(line), `client-${n}`, tally, () => resolve(undefined)));
    });
  });
  await Promise.all(ready);
  await setTimeout(Math.random() * 300);
  child.kill('SIGTERM');
  await Promise.all(work);
  const [code] = await exited;
  return { ...tally, code };
}

const base = new URL(process.env['MONGODB_URI'] ?? '');
const admin = new MongoClient(base.href);
let acknowledged = 0;
/** @type {string[]} */
const failures = [];
for (let n = 1; n <= rounds; n += 1) {
  const name = `soak_stop_${randomBytes(6).toString('hex')}`;
  base.pathname = `/${name}`;
  await admin.db(name).createCollection('orders');
  await admin.db(name).createCollection('lines');
  const { acknowledged: ids, reset, code } = await round(base.href);
  const stored = new Set(await admin.db(name).collection('orders').distinct('id'));
  const complete = new Set(await admin.db(name).collection('lines').distinct('order'));
  failures.push(
    ...ids.filter(id => !stored.has(id) || !complete.has(id)).map(id => `${id} was lost`),
    ...reset,
  );
  if (code !== 0) failures.push(`the service ended with code ${code}`);
  acknowledged += ids.length;
  await admin.db(name).dropDatabase();
}
await admin.close();
console.log(`${rounds} stops: ${acknowledged} acknowledged writes, ${failures.length} failures.`);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length === 0 ? 0 : 1;
