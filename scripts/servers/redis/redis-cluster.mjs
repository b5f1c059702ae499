// @ts-check
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/free-port.mjs';
import { stopAll, together } from '../support/together.mjs';
import { ask } from './ask.mjs';
import { startRedis } from './redis.mjs';

/** @typedef {import('./redis.mjs').RedisServer} RedisServer */
/** @typedef {RedisServer & { readonly busPort: number }} ClusterNode */

const SLOTS = 16_384;
const MASTERS = 3;
const FORM_LIMIT_MS = 90_000;

const CONFIG = {
  'cluster-enabled': 'yes',
  'cluster-announce-ip': '127.0.0.1',
  // A node that a busy machine does not let run is not down.
  'cluster-node-timeout': '60000',
};

/**
 * A Redis cluster of three masters, each with a third of the slots, in the order of the slots.
 *
 * @param {import('./redis.mjs').RedisConfig} [config]  of each
 * @returns {Promise<{ nodes: readonly ClusterNode[], stop: () => Promise<void> } & AsyncDisposable>}
 */
export async function startRedisCluster(config = {}) {
  const nodes = await together(Array.from({ length: MASTERS }, () => startNode(config)));
  const stop = () => stopAll(nodes);
  try {
    await form(nodes);
    return { nodes, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {import('./redis.mjs').RedisConfig} config */
async function startNode(config) {
  // By itself it takes its port plus 10,000.
  const busPort = await freePort();
  const server = await startRedis({ ...CONFIG, ...config, 'cluster-port': String(busPort) });
  return { ...server, busPort };
}

/** @param {readonly ClusterNode[]} nodes */
async function form(nodes) {
  await Promise.all(nodes.map((node, index) => ask(node.port, slotsOf(index))));
  await Promise.all(
    nodes.map((node, index) => ask(node.port, ['CLUSTER', 'SET-CONFIG-EPOCH', `${index + 1}`])),
  );
  const [first, ...others] = nodes;
  if (first === undefined) return;
  for (const { host, port, busPort } of others) {
    await ask(first.port, ['CLUSTER', 'MEET', host, String(port), String(busPort)]);
  }
  await Promise.all(nodes.map(node => complete(node.port)));
}

/** @param {number} index */
function slotsOf(index) {
  const first = Math.floor((SLOTS * index) / MASTERS);
  const last = Math.floor((SLOTS * (index + 1)) / MASTERS) - 1;
  return ['CLUSTER', 'ADDSLOTSRANGE', String(first), String(last)];
}

/** @param {number} port */
async function complete(port) {
  const begin = performance.now();
  for (;;) {
    const info = await ask(port, ['CLUSTER', 'INFO']);
    if (info.includes('cluster_state:ok') && info.includes(`cluster_known_nodes:${MASTERS}`)) return;
    if (performance.now() - begin > FORM_LIMIT_MS)
      throw new Error(`the Redis cluster does not form:\n${info}`);
    await delay(20);
  }
}
