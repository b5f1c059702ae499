// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freeze } from './freeze.mjs';
import { watch } from './watchdog.mjs';

/** A JVM on a busy machine of two slow cores takes ten. */
const START_LIMIT_MS = 120_000;
const POLL_MS = 20;
const LOG = 'server.log';

/**
 * A server that runs as one process, and does not outlive this one.
 *
 * @typedef {object} Handle
 * @property {number} pid
 * @property {() => void} pause             freezes it (SIGSTOP): connections stay open, nothing answers
 * @property {() => void} resume            continues after `pause`
 * @property {() => Promise<void>} kill     ends it as a crash does (SIGKILL); resolves when it is gone
 * @property {() => Promise<void>} stop     ends it and removes its data; may be called twice
 */

/** @typedef {Handle & AsyncDisposable} ServerProcess */

/**
 * @typedef {object} Start
 * @property {string} name                      for the error that says why it did not start
 * @property {string} command
 * @property {readonly string[]} args
 * @property {string} folder                    of its data, its working directory; thrown away at its end
 * @property {() => Promise<boolean>} isReady   asked until it is true
 * @property {{ uid: number, gid: number }} [user]
 * @property {NodeJS.Signals} [stopSignal]      default SIGKILL: nobody needs the data
 */

/**
 * @param {Start} start
 * @returns {Promise<ServerProcess>}
 */
export async function startProcess(start) {
  const { folder, stopSignal = 'SIGKILL' } = start;
  try {
    const child = await launch(start);
    const end = (/** @type {NodeJS.Signals} */ signal) => endOf(child, signal);
    await ready(start, child).catch(error => end('SIGKILL').then(() => Promise.reject(error)));
    child.unref();
    const stop = async () => {
      await end(stopSignal);
      await remove(folder);
    };
    return {
      pid: /** @type {number} */ (child.pid),
      pause: () => freeze(child),
      resume: () => void child.kill('SIGCONT'),
      kill: () => end('SIGKILL'),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await remove(folder);
    throw error;
  }
}

/** @param {Start} start */
async function launch({ command, args, folder, user, stopSignal }) {
  const log = await open(join(folder, LOG), 'a');
  try {
    // In its own process group: the Ctrl-C of a terminal ends only the application, which then still finds its server.
    const options = { cwd: folder, detached: true, ...user };
    const child = spawn(command, args, { ...options, stdio: ['ignore', log.fd, log.fd] });
    await once(child, 'spawn');
    watch(child, folder, stopSignal);
    return child;
  } finally {
    await log.close();
  }
}

/**
 * @param {Start} start
 * @param {import('node:child_process').ChildProcess} child
 */
async function ready({ name, folder, isReady }, child) {
  const begin = performance.now();
  while (!(await isReady())) {
    if (isOver(child)) throw new Error(`${name} ended while it started:\n${await lastLines(folder)}`);
    if (performance.now() - begin > START_LIMIT_MS) {
      throw new Error(`${name} is not ready after ${START_LIMIT_MS / 1000} s:\n${await lastLines(folder)}`);
    }
    await delay(POLL_MS);
  }
}

/**
 * @param {import('node:child_process').ChildProcess} child
 * @param {NodeJS.Signals} signal
 */
async function endOf(child, signal) {
  if (isOver(child)) return;
  child.ref();
  const exit = once(child, 'exit');
  child.kill(signal);
  // A frozen process gets no other signal until it continues.
  child.kill('SIGCONT');
  await exit;
}

/** @param {import('node:child_process').ChildProcess} child */
function isOver(child) {
  return child.exitCode !== null || child.signalCode !== null;
}

/** @param {string} folder */
async function lastLines(folder) {
  const log = await readFile(join(folder, LOG), 'utf8').catch(() => '');
  return log.trim().split('\n').slice(-8).join('\n') || '(it printed nothing)';
}

/** @param {string} folder */
function remove(folder) {
  return rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
