// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const longestMS = 10_000;
const pollMS = 1;

/**
 * Freezes a process (SIGSTOP): its connections stay open, and nothing answers. The signal reaches one thread first, so that on a
 * busy machine the others answer requests for another moment: this returns when all of them stand still.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function freeze(child) {
  child.kill('SIGSTOP');
  const until = Date.now() + longestMS;
  while (child.pid !== undefined && anyRuns(child.pid) && Date.now() < until) waitSync(pollMS);
}

/**
 * False also where the system does not say it (macOS), or the process is gone.
 *
 * @param {number} pid
 */
function anyRuns(pid) {
  const threads = `/proc/${pid}/task`;
  return existsSync(threads) && readdirSync(threads).some(thread => runs(`${threads}/${thread}/stat`));
}

/**
 * The state follows the name of the thread, which is in parentheses: `T` is stopped, `Z` and `X` have ended.
 *
 * @param {string} stat the path of its file
 */
function runs(stat) {
  try {
    const text = readFileSync(stat, 'utf8');
    return !'TZX'.includes(text.charAt(text.lastIndexOf(')') + 2));
  } catch {
    return false; // it has ended meanwhile
  }
}

/** @param {number} ms */
function waitSync(ms) {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
