// @ts-check
import { dataFolder } from '../support/data-folder.mjs';
import { freePort } from '../support/free-port.mjs';
import { startProcess } from '../support/server-process.mjs';
import { ask } from './ask.mjs';
import { findRedis } from './redis-binary.mjs';

/** @typedef {import('../support/server-process.mjs').ServerProcess} ServerProcess */
/** @typedef {ServerProcess & { readonly url: string, readonly host: string, readonly port: number }} RedisServer */
/** @typedef {Readonly<Record<string, string | readonly string[]>>} RedisConfig */

const HOST = '127.0.0.1';

const DEFAULTS = {
  bind: HOST,
  save: '',
  appendonly: 'no',
  /** DEBUG, for tests that switch the server's own cleaning off: `DEBUG SET-ACTIVE-EXPIRE 0`. */
  'enable-debug-command': 'local',
};

/**
 * A Redis server that keeps nothing.
 *
 * @param {RedisConfig} [config]  as in redis.conf: `{ 'maxmemory-policy': 'allkeys-lru' }`, an array where a setting
 *   takes several words; wins over the defaults; `port` for one that comes back where another one was
 * @returns {Promise<RedisServer>}
 */
export async function startRedis(config = {}) {
  const command = await findRedis();
  const port = Number(config['port'] ?? (await freePort()));
  const folder = await dataFolder('redis');
  const server = await startProcess({
    name: 'redis-server',
    command,
    args: redisArgs({ ...DEFAULTS, ...config, port: String(port), dir: folder }),
    folder,
    isReady: () => answers(port),
  });
  return { ...server, url: `redis://${HOST}:${port}`, host: HOST, port };
}

/** @param {RedisConfig} config */
function redisArgs(config) {
  return Object.entries(config).flatMap(([name, value]) => [`--${name}`, value].flat());
}

/** @param {number} port */
async function answers(port) {
  try {
    return (await ask(port, ['PING'])) === 'PONG';
  } catch {
    return false;
  }
}
