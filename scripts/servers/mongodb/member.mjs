// @ts-check
import { once } from 'node:events';
import { watch } from '../support/watchdog.mjs';

/**
 * One mongod process.
 *
 * @typedef {object} Member
 * @property {number} port
 * @property {number} pid
 * @property {() => void} pause             freezes it (SIGSTOP): connections stay open, nothing answers
 * @property {() => void} resume            goes on after `pause`
 * @property {() => Promise<void>} kill     ends it as a crash does (SIGKILL); resolves when it is gone
 */

/**
 * @param {import('mongodb-memory-server-core').MongoMemoryServer} server  running
 * @returns {Member}
 */
export function memberOf(server) {
  const { instanceInfo } = server;
  const child = instanceInfo?.instance.mongodProcess;
  if (instanceInfo === undefined || child?.pid === undefined) throw new Error('the server is not running');
  watch(child, instanceInfo.dbPath);
  return {
    port: instanceInfo.port,
    pid: child.pid,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill: () => kill(child),
  };
}

/** @param {import('node:child_process').ChildProcess} child */
async function kill(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
