// @ts-check
import { MongoMemoryServer } from 'mongodb-memory-server-core';
import { runningServer } from './running-server.mjs';
import { binaryOptions, LAUNCH_LIMIT_MS, serverArgs, SPAWN, STORAGE_ENGINE } from './server-options.mjs';

/**
 * A server without a replica set, which has sessions but no transactions.
 *
 * @param {object} [options]
 * @param {readonly string[]} [options.args] more arguments of mongod, such as `['--setParameter', 'name=value']`
 * @returns {Promise<import('./running-server.mjs').RunningServer>}
 */
export async function startStandalone({ args = [] } = {}) {
  const server = new MongoMemoryServer({
    binary: await binaryOptions(),
    instance: { storageEngine: STORAGE_ENGINE, args: serverArgs(args), launchTimeout: LAUNCH_LIMIT_MS },
    spawn: SPAWN,
  });
  await server.start();
  return runningServer(server.getUri(), [server], () => server.stop());
}
