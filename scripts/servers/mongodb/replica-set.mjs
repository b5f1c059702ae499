// @ts-check
import { MongoMemoryReplSet } from 'mongodb-memory-server-core';
import { runningServer } from './running-server.mjs';
import { binaryOptions, LAUNCH_LIMIT_MS, serverArgs, SPAWN, STORAGE_ENGINE } from './server-options.mjs';

const NAME = 'rs0';

/** The default of 10 s is also how long a set of several members takes to elect its first primary. */
const ELECTION_TIMEOUT_MS = 2000;

/**
 * @param {object} [options]
 * @param {number} [options.members]         how many servers (default 1)
 * @param {readonly string[]} [options.args] more arguments of mongod, such as `['--setParameter', 'name=value']`
 * @returns {Promise<import('./running-server.mjs').RunningServer>}
 */
export async function startReplicaSet({ members = 1, args = [] } = {}) {
  const set = new MongoMemoryReplSet({
    binary: await binaryOptions(),
    instanceOpts: Array.from({ length: members }, () => ({ launchTimeout: LAUNCH_LIMIT_MS })),
    replSet: {
      name: NAME,
      count: members,
      storageEngine: STORAGE_ENGINE,
      args: serverArgs(args),
      spawn: SPAWN,
      configSettings: { electionTimeoutMillis: ELECTION_TIMEOUT_MS },
    },
  });
  await set.start();
  return runningServer(set.getUri(), set.servers, () => set.stop());
}
