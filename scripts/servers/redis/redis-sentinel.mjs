// @ts-check
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { dataFolder } from '../support/data-folder.mjs';
import { freePort } from '../support/free-port.mjs';
import { startProcess } from '../support/server-process.mjs';
import { stopAll } from '../support/together.mjs';
import { ask } from './ask.mjs';
import { findRedis } from './redis-binary.mjs';
import { startRedisPair } from './redis-pair.mjs';

/** @typedef {import('./redis.mjs').RedisServer} RedisServer */

const NAME = 'main';
const LIMIT_MS = 90_000;

/**
 * A master, its replica, and a sentinel that makes the replica the master when the master is gone.
 *
 * @returns {Promise<{ name: string, sentinel: RedisServer, master: RedisServer, replica: RedisServer, stop: () => Promise<void> } & AsyncDisposable>}
 */
export async function startWithSentinel() {
  const pair = await startRedisPair();
  try {
    const sentinel = await startSentinel(pair.master.port);
    const stop = () => stopAll([sentinel, pair]);
    await knows(sentinel.port, 'num-slaves,1');
    const { master, replica } = pair;
    return { name: NAME, sentinel, master, replica, stop, [Symbol.asyncDispose]: stop };
  } catch (error) {
    await pair.stop();
    throw error;
  }
}

/**
 * @param {number} master
 * @returns {Promise<RedisServer>}
 */
async function startSentinel(master) {
  const folder = await dataFolder('redis-sentinel');
  const port = await freePort();
  const file = join(folder, 'sentinel.conf');
  const lines = [
    'bind 127.0.0.1',
    `port ${port}`,
    `sentinel monitor ${NAME} 127.0.0.1 ${master} 1`,
    `sentinel down-after-milliseconds ${NAME} 4000`,
    `sentinel failover-timeout ${NAME} 5000`,
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
  const server = await startProcess({
    name: 'redis-sentinel',
    command: await findRedis(),
    args: [file, '--sentinel'],
    folder,
    isReady: () =>
      ask(port, ['PING']).then(
        answer => answer === 'PONG',
        () => false,
      ),
  });
  return { ...server, url: `redis://127.0.0.1:${port}`, host: '127.0.0.1', port };
}

/**
 * @param {number} sentinel
 * @param {string} word
 */
async function knows(sentinel, word) {
  const begin = performance.now();
  while (!(await ask(sentinel, ['SENTINEL', 'MASTER', NAME])).includes(word)) {
    if (performance.now() - begin > LIMIT_MS) throw new Error('the sentinel does not find the replica');
    await delay(50);
  }
}
