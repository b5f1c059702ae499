// @ts-check
import { setTimeout as delay } from 'node:timers/promises';
import { stopAll } from '../support/together.mjs';
import { ask } from './ask.mjs';
import { startRedis } from './redis.mjs';

/** @typedef {import('./redis.mjs').RedisServer} RedisServer */

const LINK_LIMIT_MS = 90_000;

/**
 * A master and one replica that has caught up with it.
 *
 * @param {import('./redis.mjs').RedisConfig} [config]  of both
 * @returns {Promise<{ master: RedisServer, replica: RedisServer, stop: () => Promise<void> } & AsyncDisposable>}
 */
export async function startRedisPair(config = {}) {
  const master = await startRedis({ 'repl-diskless-sync-delay': '0', ...config });
  const servers = [master];
  const stop = () => stopAll(servers);
  try {
    const replica = await startRedis({ ...config, replicaof: [master.host, String(master.port)] });
    servers.push(replica);
    await linked(master.port, replica.port);
    return { master, replica, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * The replica has all, and the master counts it among those that WAIT waits for, which is a moment later.
 *
 * @param {number} master
 * @param {number} replica
 */
async function linked(master, replica) {
  await says(replica, 'master_link_status:up');
  await says(master, 'state=online');
}

/**
 * @param {number} port
 * @param {string} word
 */
async function says(port, word) {
  const begin = performance.now();
  while (!(await ask(port, ['INFO', 'replication'])).includes(word)) {
    if (performance.now() - begin > LINK_LIMIT_MS) throw new Error('the replica does not reach its master');
    await delay(20);
  }
}
