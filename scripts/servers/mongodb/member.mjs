// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freeze } from '../support/freeze.mjs';
import { watch } from '../support/watchdog.mjs';

/**
 * One mongod process.
 *
 * @typedef {object} Member
 * @property {number} port
 * @property {number} pid                   of the process that runs now
 * @property {() => void} pause             freezes it (SIGSTOP): connections stay open, nothing answers
 * @property {() => void} resume            continues after `pause`
 * @property {() => Promise<void>} kill     ends it as a crash does (SIGKILL); resolves when it is gone
 * @property {() => Promise<void>} restart  after `kill`: starts it with the same data, port and arguments
 */

/**
 * @param {import('mongodb-memory-server-core').MongoMemoryServer} server  running
 * @returns {Member}
 */
export function memberOf(server) {
  const { instanceInfo } = server;
  const first = instanceInfo?.instance.mongodProcess;
  if (instanceInfo === undefined || first?.pid === undefined) throw new Error('the server is not running');
  const { dbPath, port } = instanceInfo;
  let child = first;
  watch(child, dbPath);
  return {
    port,
    get pid() {
      return /** @type {number} */ (child.pid);
    },
    pause: () => freeze(child),
    resume: () => void child.kill('SIGCONT'),
    kill: () => kill(child),
    restart: async () => {
      child = await launch(first);
      watch(child, dbPath);
    },
  };
}

/**
 * The same command once more. It is not waited for: a member of a set may start while the others elect a primary.
 *
 * @param {import('node:child_process').ChildProcess} before  that has ended
 * @returns {Promise<import('node:child_process').ChildProcess>}
 */
async function launch({ spawnfile, spawnargs }) {
  const child = spawn(spawnfile, spawnargs.slice(1), { detached: true, stdio: 'ignore' });
  await once(child, 'spawn');
  child.unref();
  return child;
}

/** @param {import('node:child_process').ChildProcess} child */
async function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
